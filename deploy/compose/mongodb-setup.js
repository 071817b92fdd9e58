// Starts the replica set and makes the accounts, each for its own database; run
// again, it sets the passwords of deploy/.env anew.
const { ROOT, EDITORIAL, PUBLIC, CONTENT } = process.env;
const root = connect(`mongodb://root:${ROOT}@mongodb:27017/admin?directConnection=true`);
try {
  root.adminCommand({ replSetGetStatus: 1 });
} catch (e) {
  if (e.codeName !== "NotYetInitialized") throw e;
  root.adminCommand({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host: "mongodb:27017" }] } });
}
for (let i = 0; !root.hello().isWritablePrimary; i++) {
  if (i > 60) throw new Error("no primary after a minute");
  sleep(1000);
}
function account(database, user, pwd, role) {
  const db = root.getSiblingDB(database);
  const roles = [{ role, db: database }];
  if (db.getUser(user)) db.updateUser(user, { pwd, roles });
  else db.createUser({ user, pwd, roles });
}
account("gongkai", "gongkai", EDITORIAL, "readWrite");
account("gongkai_public", "gongkai_public", PUBLIC, "readWrite");
account("gongkai_public", "gongkai_content", CONTENT, "read");
