/** `npm run test:portability`: every platform that can be had; the others are skipped and say why. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/portability/*.test.ts"],
    env: { PORTABILITY: "all" },
    testTimeout: 400_000,
    hookTimeout: 400_000,
    reporters: ["verbose"],
  },
});
