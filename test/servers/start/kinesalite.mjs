import kinesalite from "kinesalite";

const [port, path] = process.argv.slice(2);
kinesalite({ path, createStreamMs: 0 }).listen(Number(port), "127.0.0.1");
