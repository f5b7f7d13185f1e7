/** What the rules and the filters ask for stands in columns; the whole of each thing is JSON in `record`. */
export const tables = `
    CREATE TABLE IF NOT EXISTS notes(key TEXT PRIMARY KEY, value TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS users(user TEXT PRIMARY KEY, codes TEXT UNIQUE NOT NULL, record TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS definitions(n INTEGER PRIMARY KEY, kind TEXT NOT NULL, project TEXT NOT NULL,
      component_type TEXT NOT NULL, code TEXT NOT NULL, record TEXT NOT NULL,
      UNIQUE(kind, project, component_type, code));
    CREATE TABLE IF NOT EXISTS components(n INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, code TEXT UNIQUE NOT NULL,
      serial_number TEXT UNIQUE, alternative_identifier TEXT, project TEXT NOT NULL, subproject TEXT NOT NULL,
      component_type TEXT NOT NULL, type TEXT NOT NULL, institution TEXT NOT NULL, location TEXT NOT NULL,
      stage TEXT, state TEXT NOT NULL, trashed INTEGER NOT NULL, user TEXT NOT NULL, record TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS components_alternative ON components(alternative_identifier);
    CREATE INDEX IF NOT EXISTS components_type ON components(project, component_type);
    CREATE TABLE IF NOT EXISTS test_runs(n INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, component TEXT NOT NULL,
      project TEXT NOT NULL, component_type TEXT NOT NULL, test_type TEXT NOT NULL, stage TEXT,
      run_number TEXT NOT NULL, state TEXT NOT NULL, user TEXT NOT NULL, record TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS test_runs_component ON test_runs(component, test_type, run_number);
    CREATE INDEX IF NOT EXISTS test_runs_type ON test_runs(project, component_type, test_type);
    CREATE TABLE IF NOT EXISTS attachments(n INTEGER PRIMARY KEY, code TEXT UNIQUE NOT NULL, owner_kind TEXT NOT NULL,
      owner TEXT NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL, type TEXT NOT NULL, filename TEXT NOT NULL,
      content_type TEXT NOT NULL, url TEXT, user TEXT NOT NULL, date TEXT NOT NULL, bytes BLOB);
    CREATE INDEX IF NOT EXISTS attachments_owner ON attachments(owner_kind, owner);
    CREATE TABLE IF NOT EXISTS shipments(n INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, sender TEXT NOT NULL,
      recipient TEXT NOT NULL, status TEXT NOT NULL, record TEXT NOT NULL);
  `;
