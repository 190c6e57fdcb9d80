/**
 * Exports `stepsAfterInit` and `stepsAfterGenerate`: what a person does next, in the project as it is. Commands print them
 * on stderr, so that the output of a script stays what it is.
 */
import type { FirstConfig } from "../build/config/init.js";
import type { GenerateOptions, Row } from "../build/generate.js";
import { printable } from "./terminal.js";

type Form = Pick<GenerateOptions, "layout" | "importExtensions" | "typesOnly">;

/** The text that follows the line that says what `init` has written. */
export function stepsAfterInit({
  members: { output, layout },
  presets,
  chosen,
}: Pick<FirstConfig, "members" | "presets" | "chosen">): string {
  const place = printable(output);
  const open = presets.filter((name) => !chosen.includes(name));
  return lines([
    layout === "modules"
      ? `The code will be in ${place}, among your sources: your own compiler and bundler build it.`
      : output === "generated"
        ? `The package will be in ${place}.`
        : `The package will be in ${place}, as one of your workspaces.`,
    ...(open.length > 0
      ? [
          `Presets that fit: ${open.join(", ")}. openapi-batch preset show ${open[0]} says what it knows; \`presets: ${JSON.stringify(open)}\` in the configuration uses ${open.length === 1 ? "it" : "them"}.`,
        ]
      : []),
    "Next: npx openapi-batch generate",
  ]);
}

/** What a run of `generate` has made, for those who see it for the first time. */
export interface Made {
  /** The folder of the package, relative to the working directory; empty where it is that folder. */
  readonly output: string;
  /** The name of the package. */
  readonly name: string;
  readonly form: Form;
  readonly rows: readonly Row[];
  /** The package did not exist before. */
  readonly isFirst: boolean;
  /** How the package gets into `node_modules`; undefined where it is there. */
  readonly install: "workspace" | "folder" | undefined;
  /** A preset was offered that may know limits. */
  readonly hasOffer: boolean;
  /** The arguments of the command line that other commands need, too. */
  readonly given: readonly string[];
}

/** Empty where there is nothing to say. */
export function stepsAfterGenerate(made: Made): string {
  const { rows, isFirst, form } = made;
  const names = new Set(rows.flatMap(({ recognised, name }) => (recognised && name ? [name] : [])));
  if (names.size === 0) return "";
  const limits = form.typesOnly === true ? [] : withoutLimit(made, names.size);
  if (!isFirst) return lines(limits);
  const trial =
    form.typesOnly === true ? [] : [`To try it without the service: ${command("emulate", made)}`];
  return lines(["", ...installation(made), ...importing(made, [...names]), ...limits, ...trial]);
}

/** A command for the same documents. Standard input is not there a second time. */
const command = (name: string, { given }: Made): string =>
  ["npx openapi-batch", name, ...(given.includes("-") ? ["PATH"] : given.map(argument))].join(" ");

const argument = (text: string): string =>
  /^[\w./:@-]+$/.test(text) ? text : `"${printable(text)}"`;

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

/** Nothing for modules, which need neither an installation nor a build. */
function installation({ output, form, install }: Made): readonly string[] {
  if (form.layout === "modules") return [];
  const folder = printable(output);
  const commands = [
    ...(install === "workspace" || folder === "" ? ["npm install"] : []),
    ...(install === "folder" && folder !== "" ? [`npm install ./${folder}`] : []),
    ...(form.importExtensions === "none"
      ? []
      : [`npm run build${folder === "" ? "" : ` --prefix ${folder}`}`]),
  ];
  if (commands.length === 0) return [];
  const title = install === undefined ? "Build the package:" : "Install and build the package:";
  return [title, ...commands.map((command) => `  ${command}`)];
}

const endings = { js: ".js", ts: ".ts", none: "" };

function importing({ output, name, form }: Made, names: readonly string[]): readonly string[] {
  const { layout, importExtensions = "js", typesOnly = false } = form;
  const example = names.find((one) => !one.includes("/")) ?? names[0] ?? "";
  const module = example.slice(0, example.lastIndexOf("."));
  const namespace = module.slice(module.lastIndexOf("/") + 1);
  const folders = output.replace(/\/$/, "").split("/");
  const own = folders.at(-1) ?? "";
  const at = (path: string): string =>
    layout === "modules"
      ? `./${own}/${path}${endings[importExtensions]}`
      : path === "index"
        ? name
        : `${name}/${path}`;
  const place = folders.slice(0, -1).join("/");
  return [
    layout === "modules"
      ? `Import it, from a file in ${printable(place || "this folder")}:`
      : "Import it:",
    ...(typesOnly ? [] : [`  import { createClient } from "${printable(at("index"))}";`]),
    `  import ${typesOnly ? "type " : ""}* as ${namespace} from "${printable(at(module))}";`,
  ];
}

/** How many endpoints a sentence names. */
const mostNames = 5;

function withoutLimit(made: Made, total: number): readonly string[] {
  const { rows, hasOffer } = made;
  const names = [
    ...new Set(
      rows.flatMap(({ name, gaps = [] }) =>
        name !== undefined && gaps.some(({ field }) => field === "limit") ? [name] : [],
      ),
    ),
  ];
  if (names.length === 0) return [];
  const listed = names.slice(0, mostNames).map(printable).join(", ");
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
  return [
    `No limit is known for ${names.length} of ${total} endpoints: ${listed}${more}.`,
    `  A run of them needs \`chunkSize\`. ${hasOffer ? "The preset above may know more; or write" : "Write"} the limits into an overlay: ${command("inspect --suggest", made)} prints one.`,
  ];
}
