// One statement on a database file of SQLite, past the program: what somebody with a key to the server could do by hand.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);
const python = "import sqlite3, sys\nconn = sqlite3.connect(sys.argv[1])\nfor row in conn.execute(sys.argv[2]).fetchall(): print(*row, sep='|')\nconn.commit()\nconn.close()";

/** Runs it and answers its rows, columns split by `|`. Node's own SQLite came with 22.5; Debian's npm brings Python, whose own does as well. */
export async function sql(file, statement) {
  const sqlite = await import("node:sqlite").catch(() => null);
  if (sqlite) {
    const db = new sqlite.DatabaseSync(file);
    try {
      return db.prepare(statement).all().map((row) => Object.values(row).join("|"));
    } finally {
      db.close();
    }
  }
  const { stdout } = await run("python3", ["-c", python, file, statement]).catch((e) => {
    if (e.code === "ENOENT") return run("sqlite3", [file, statement]);
    throw e;
  });
  return stdout.split("\n").filter((line) => line !== "");
}
