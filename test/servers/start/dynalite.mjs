import dynalite from "dynalite";

const [port, path] = process.argv.slice(2);
dynalite({ path, createTableMs: 0 }).listen(Number(port), "127.0.0.1");
