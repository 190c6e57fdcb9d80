/** `compilerHost`: for the programs of a test file. It parses TypeScript's own libraries, most of the text, only once. */
import ts from "typescript";

const libraries = new Map<string, ts.SourceFile | undefined>();

export function compilerHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (file, version, ...rest) => {
    if (!/[\\/]typescript[\\/]lib[\\/]lib\.[^\\/]*d\.ts$/.test(file))
      return getSourceFile(file, version, ...rest);
    const key = `${file} ${JSON.stringify(version)}`;
    if (!libraries.has(key)) libraries.set(key, getSourceFile(file, version, ...rest));
    return libraries.get(key);
  };
  return host;
}
