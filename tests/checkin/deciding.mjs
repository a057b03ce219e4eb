// Decides cases from stdin with the scanner's own code: [{entry, scans: [{direction, at, item}]}].

import { readFileSync } from "node:fs";
import { count, decide, readCode } from "../../eventapp/static/js/checkin/decide.js";

const { cases, codes } = JSON.parse(readFileSync(0, "utf8"));

function play({ entry, free_items: freeItems, scans }) {
  const passages = [];
  return scans.map(({ direction, at, item }) => {
    const { verdict } = decide(entry, { direction, item, freeItems, passages });
    if (["admitted", "left"].includes(verdict)) passages.push({ direction, at, item, door: "hier" });
    return verdict;
  });
}

const heads = cases.map(({ entry }) => count(entry ? { k: entry } : {}, new Map()));
console.log(JSON.stringify({ verdicts: cases.map(play), codes: codes.map(readCode), heads }));
