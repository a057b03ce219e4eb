// Decides cases from stdin with the scanner's own code: [{entry, scans: [{direction, at, item}], days?}],
// days as a roster's {off, dates}.

import { readFileSync } from "node:fs";
import { count, dateAt, dayOf, decide, factsOfGuest, readCode } from "../../eventapp/static/js/checkin/decide.js";
import { findGuests, sortKey } from "../../eventapp/static/js/checkin/search.js";

const { cases, codes, instants, texts, searches, lists } = JSON.parse(readFileSync(0, "utf8"));

function play({ entry, free_items: freeItems, scans, days = {} }) {
  const passages = [];
  return scans.map(({ direction, at, item }) => {
    const { verdict } = decide(entry, {
      direction,
      item,
      freeItems,
      passages,
      day: dayOf(days, at),
    });
    if (["admitted", "left"].includes(verdict)) passages.push({ direction, at, item, door: "hier" });
    return verdict;
  });
}

const heads = cases.map(({ entry }) => count(entry ? { k: entry } : {}, new Map()));
const said = {
  verdicts: cases.map(play),
  codes: codes.map(readCode),
  heads,
  dates: instants.map(([dates, at]) => dateAt(dates, at)),
  keys: texts.map(sortKey),
  facts: lists.map(({ entries, items }) => Object.values(entries).map((entry) => factsOfGuest(entry, items))),
  found: searches.map(([names, entries, words]) => findGuests(names, entries, words).map(({ code }) => code)),
};
console.log(JSON.stringify(said));
