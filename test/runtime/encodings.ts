/** All encodings by their names in `items.as`. */
import { columns } from "../../generator/runtime/encode/columns.js";
import { csv } from "../../generator/runtime/encode/csv.js";
import { groups } from "../../generator/runtime/encode/groups.js";
import { lists } from "../../generator/runtime/encode/lists.js";
import { lines } from "../../generator/runtime/encode/lines.js";
import { map } from "../../generator/runtime/encode/map.js";
import { pairs } from "../../generator/runtime/encode/pairs.js";

export const encodings = { columns, csv, groups, lines, lists, map, pairs };
