import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import { defineConfig } from "vitest/config";

const all = globSync("test/**/*.test.ts", {
  cwd: import.meta.dirname,
  ignore: "**/node_modules/**",
});
/** It replaces modules, or measures what it costs: no other file may be in its process. */
const isAlone = (file: string): boolean =>
  /vi\.mock\(|process\.(cpu|memory)Usage\(/.test(
    readFileSync(join(import.meta.dirname, file), "utf8"),
  );

export default defineConfig({
  test: {
    // One more than there are cores: tests wait for processes, servers and timers.
    maxWorkers: availableParallelism() + 1,
    // A busy machine makes any test slow: this only ends what hangs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    projects: [
      // Files share the modules that they load: to load the compiler again for each file is a fifth of the time.
      {
        extends: true,
        test: {
          name: "shared",
          isolate: false,
          include: all.filter((file) => !isAlone(file)),
        },
      },
      { extends: true, test: { name: "alone", include: all.filter(isAlone) } },
    ],
  },
});
