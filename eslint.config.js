import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

const onlyMain = "Only main.ts prints or exits; a command prints through its Terminal.";

export default defineConfig(
  {
    ignores: [
      "**/dist/",
      "**/node_modules/",
      "coverage/",
      "docs/.vitepress/.temp/",
      "docs/.vitepress/cache/",
      "generated/",
      "test/snapshots/",
      "test/fixtures/",
      "docs/examples/monorepo/",
    ],
  },
  {
    files: [
      "generator/**/*.ts",
      "test/**/*.ts",
      "bench/**/*.ts",
      "demo/**/*.ts",
      "scripts/**/*.ts",
      "docs/.vitepress/*.ts",
      "docs/examples/**/*.ts",
    ],
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
      // `return report(…)` and `() => list.push(x)` are plain.
      "@typescript-eslint/no-confusing-void-expression": "off",
      // A spread counts code points, as it should here.
      "@typescript-eslint/no-misused-spread": "off",
      // `{} extends P` tests whether all of P is optional.
      "@typescript-eslint/no-empty-object-type": ["error", { allowObjectTypes: "always" }],
      // A type parameter that is used once still names an argument.
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      // Names of members of documents are known at run time only.
      "@typescript-eslint/no-dynamic-delete": "off",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // A document may break its type, and a callback may change a variable: a second check is no defect.
      "@typescript-eslint/no-unnecessary-condition": "off",
      // There are no classes here, so no method needs `this`.
      "@typescript-eslint/unbound-method": "off",
      // A deprecated field of a document may have to be read.
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
    // A function fits on a screen.
    files: ["generator/**/*.ts"],
    rules: {
      "max-depth": ["error", 4],
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: [
      "generator/main.ts",
      "bench/**/*.ts",
      "demo/**/*.ts",
      "scripts/**/*.ts",
      "docs/.vitepress/*.ts",
      "docs/examples/**/*.ts",
    ],
    rules: { "no-restricted-properties": "off" },
  },
  {
    // Random is a parameter of the runtime, and Math.random is its default.
    files: ["generator/runtime/**/*.ts", "test/**/*.ts", "bench/**/*.ts", "demo/**/*.ts"],
    rules: { "no-restricted-properties": "off" },
  },
  {
    // Its database answers at once: an async function makes a rejection of what it throws.
    files: ["generator/runtime/stores/sqlite.ts"],
    rules: { "@typescript-eslint/require-await": "off" },
  },
  {
    // Tests pass values that types forbid, and read values that they have just written.
    files: [
      "test/**/*.ts",
      "bench/**/*.ts",
      "demo/**/*.ts",
      "scripts/**/*.ts",
      "docs/.vitepress/*.ts",
      "docs/examples/**/*.ts",
    ],
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
