// What a ticket's code looks like.

const OURS = /^(https?:\/\/[^/\s]+\/c\/)?[a-z2-7]{26}([/?#]\S*)?$/i;

/** Whether a text can be the code of a ticket, of whichever event. */
export const isOurs = (text) => OURS.test(text.trim());
