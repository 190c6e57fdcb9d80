import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const onlyMain = "Only main.ts prints or exits; commands are given a Terminal.";

export default defineConfig(
  {
    ignores: [
      "**/dist/",
      "**/node_modules/",
      "coverage/",
      "generated/",
      "test/snapshots/",
      "test/fixtures/",
    ],
  },
  {
    files: ["generator/**/*.ts", "test/**/*.ts", "bench/**/*.ts", "demo/**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ["./tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // `import("…")` as a type is how a lazily loaded module is described.
      "@typescript-eslint/consistent-type-imports": ["error", { disallowTypeAnnotations: false }],
      "@typescript-eslint/consistent-type-exports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/explicit-module-boundary-types": "off",
      // Numbers in templates are printed the same everywhere.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `return report(…)` and `() => list.push(x)` are both plain.
      "@typescript-eslint/no-confusing-void-expression": "off",
      // Code points are what is counted and cut here.
      "@typescript-eslint/no-misused-spread": "off",
      // `{} extends P` asks whether all of P is optional.
      "@typescript-eslint/no-empty-object-type": ["error", { allowObjectTypes: "always" }],
      // A type parameter used once still names what a caller gives.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      // Members of documents that were cloned: their names are known at run time only.
      "@typescript-eslint/no-dynamic-delete": "off",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // A type is a promise of a document, and a variable may be changed by a callback: a look twice is no defect.
      "@typescript-eslint/no-unnecessary-condition": "off",
      // There are no classes here, so a method does not need the object that it hangs on.
      "@typescript-eslint/unbound-method": "off",
      // Not a defect: a deprecated field of a document's vocabulary may have to be read.
      "@typescript-eslint/no-deprecated": "warn",
      eqeqeq: ["error", "always"],
      "no-console": "error",
      "no-eval": "error",
      "no-restricted-properties": [
        "error",
        { property: "localeCompare", message: "The same order everywhere: compare with <." },
        { object: "Math", property: "random", message: "The same input gives the same output." },
        ...["exit", "exitCode", "stdout", "stderr"].map((property) => ({
          object: "process",
          property,
          message: onlyMain,
        })),
      ],
    },
  },
  {
    files: ["generator/main.ts", "bench/**/*.ts", "demo/**/*.ts"],
    rules: { "no-restricted-properties": "off" },
  },
  {
    // Random is a parameter of the runtime, and its default has to come from somewhere.
    files: ["generator/runtime/**/*.ts", "test/**/*.ts", "bench/**/*.ts", "demo/**/*.ts"],
    rules: { "no-restricted-properties": "off" },
  },
  {
    // Tests hand over what types forbid, and read what they have just made.
    files: ["test/**/*.ts", "bench/**/*.ts", "demo/**/*.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-empty-function": "off",
      "no-console": "off",
    },
  },
);
