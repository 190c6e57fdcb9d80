import { readFileSync } from "node:fs";
import { globSync } from "tinyglobby";
import { defineConfig } from "vitest/config";

const all = globSync("test/**/*.test.ts", { ignore: "**/node_modules/**" });
const replacesModules = (file: string): boolean => readFileSync(file, "utf8").includes("vi.mock(");

export default defineConfig({
  test: {
    // Compilers and servers run beside each other, on machines with two cores: both are used.
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      // Files share the modules that they load: to load the compiler again for each file is a fifth of the time.
      {
        extends: true,
        test: {
          name: "shared",
          isolate: false,
          include: all.filter((file) => !replacesModules(file)),
        },
      },
      { extends: true, test: { name: "alone", include: all.filter(replacesModules) } },
    ],
  },
});
