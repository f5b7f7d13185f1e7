import { randomBytes } from 'node:crypto';
import type { Json, JsonObject } from '../json.ts';
import { openSqlite, type Sqlite, type Value } from '../sqlite.ts';
import { tables } from './tables.ts';

/** A component as the local database keeps it: codes, no names. The forms that clients see are made in forms.ts. */
export interface ComponentRecord {
  id: string;
  code: string;
  serialNumber: string | null;
  alternativeIdentifier: string | null;
  state: 'ready' | 'requestedToDelete' | 'deleted';
  project: string;
  subproject: string;
  componentType: string;
  type: string;
  institution: string;
  currentLocation: string;
  shipmentDestination: string | null;
  currentStage: string | null;
  stages: { code: string; dateTime: string }[];
  properties: { code: string; value: Json; dateTime: string; userIdentity: string }[];
  comments: { code: string; comment: string; dateTime: string; userIdentity: string }[];
  children: {
    id: string;
    componentType: string;
    type: string | null;
    order: number;
    component: string | null;
    properties: JsonObject;
  }[];
  parents: string[];
  flags: string[];
  grade: string | null;
  reworked: boolean;
  completed: boolean;
  trashed: boolean;
  userIdentity: string;
  sys: { cts: string; mts: string; rev: number };
}

export interface TestRunRecord {
  id: string;
  /** Code of the component. */
  component: string;
  project: string;
  componentType: string;
  testType: string;
  stage: string | null;
  institution: string;
  runNumber: string;
  date: string;
  passed: boolean;
  problems: boolean;
  state: 'ready' | 'requestedToDelete' | 'deleted';
  stateTs: string;
  properties: Record<string, Json>;
  results: Record<string, Json>;
  comments: { code: string; comment: string; dateTime: string; userIdentity: string }[];
  defects: readonly JsonObject[];
  userIdentity: string;
  sys: { cts: string; mts: string; rev: number };
}

export type OwnerKind = 'component' | 'testRun' | 'shipment';

export interface AttachmentRow {
  code: string;
  owner_kind: OwnerKind;
  owner: string;
  title: string;
  description: string;
  type: string;
  filename: string;
  content_type: string;
  url: string | null;
  user: string;
  date: string;
  size: number;
}

type DefinitionKind = 'institution' | 'project' | 'componentType' | 'testType';

/** The tables of the local database and the questions that its commands ask of them. */
export class Store {
  readonly sql: Sqlite;
  #definitions = new Map<string, readonly JsonObject[]>();
  #version: unknown;

  constructor(sql: Sqlite) {
    this.sql = sql;
  }

  /** The definitions of a kind, in the order in which they were put there. */
  definitions(kind: DefinitionKind, project = '', componentType = ''): readonly JsonObject[] {
    this.#forgetWhenChanged();
    const key = `${kind} ${project} ${componentType}`;
    let found = this.#definitions.get(key);
    if (!found) {
      found = this.sql
        .all<{ record: string }>(
          'SELECT record FROM definitions WHERE kind=? AND project=? AND component_type=? ORDER BY n',
          kind,
          project,
          componentType,
        )
        .map(({ record }) => JSON.parse(record) as JsonObject);
      this.#definitions.set(key, found);
    }
    return found;
  }

  definition(kind: DefinitionKind, code: string, project = '', componentType = ''): JsonObject | undefined {
    return this.definitions(kind, project, componentType).find((entry) => entry.code === code);
  }

  define(kind: DefinitionKind, entry: JsonObject, project = '', componentType = ''): void {
    this.sql.run(
      `INSERT INTO definitions(kind, project, component_type, code, record) VALUES(?,?,?,?,?)
       ON CONFLICT(kind, project, component_type, code) DO UPDATE SET record=excluded.record`,
      kind,
      project,
      componentType,
      String(entry.code),
      JSON.stringify(entry),
    );
    this.#definitions.clear();
  }

  /** By code, serial number or id; `alternativeIdentifier` when it is asked for. */
  component(reference: string, alternativeIdentifier = false): ComponentRecord | undefined {
    const row = alternativeIdentifier
      ? this.sql.get<{ record: string }>(
          "SELECT record FROM components WHERE alternative_identifier=? AND state='ready'",
          reference,
        )
      : this.sql.get<{ record: string }>(
          'SELECT record FROM components WHERE serial_number=?1 OR code=?1 OR id=?1',
          reference,
        );
    return row && (JSON.parse(row.record) as ComponentRecord);
  }

  componentsWhere(
    where: string,
    values: readonly Value[],
    page?: { limit: number; offset: number },
  ): { items: ComponentRecord[]; total: number } {
    const total = this.sql.get<{ n: number }>(
      `SELECT count(*) AS n FROM components WHERE ${where}`,
      ...values,
    )!.n;
    const limits = page ? ` LIMIT ${page.limit} OFFSET ${page.offset}` : '';
    const items = this.sql
      .all<{ record: string }>(`SELECT record FROM components WHERE ${where} ORDER BY n${limits}`, ...values)
      .map(({ record }) => JSON.parse(record) as ComponentRecord);
    return { items, total };
  }

  addComponent(record: ComponentRecord): void {
    this.sql.run(
      `INSERT INTO components(id, code, serial_number, alternative_identifier, project, subproject, component_type,
         type, institution, location, stage, state, trashed, user, record) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
      record.id,
      record.code,
      ...this.#componentColumns(record),
    );
  }

  /** Writes a changed component and counts its revision. */
  saveComponent(record: ComponentRecord): ComponentRecord {
    const saved = {
      ...record,
      sys: { ...record.sys, mts: new Date().toISOString(), rev: record.sys.rev + 1 },
    };
    this.sql.run(
      `UPDATE components SET serial_number=?, alternative_identifier=?, project=?, subproject=?, component_type=?,
         type=?, institution=?, location=?, stage=?, state=?, trashed=?, user=?, record=? WHERE code=?`,
      ...this.#componentColumns(saved),
      saved.code,
    );
    return saved;
  }

  testRun(id: string): TestRunRecord | undefined {
    const row = this.sql.get<{ record: string }>('SELECT record FROM test_runs WHERE id=?', id);
    return row && (JSON.parse(row.record) as TestRunRecord);
  }

  testRunsWhere(
    where: string,
    values: readonly Value[],
    page?: { limit: number; offset: number },
  ): { items: TestRunRecord[]; total: number } {
    const total = this.sql.get<{ n: number }>(
      `SELECT count(*) AS n FROM test_runs WHERE ${where}`,
      ...values,
    )!.n;
    const limits = page ? ` LIMIT ${page.limit} OFFSET ${page.offset}` : '';
    const items = this.sql
      .all<{ record: string }>(`SELECT record FROM test_runs WHERE ${where} ORDER BY n${limits}`, ...values)
      .map(({ record }) => JSON.parse(record) as TestRunRecord);
    return { items, total };
  }

  addTestRun(record: TestRunRecord): void {
    this.sql.run(
      `INSERT INTO test_runs(id, component, project, component_type, test_type, stage, run_number, state, user, record)
       VALUES(?,?,?,?,?,?,?,?,?,?)`,
      record.id,
      record.component,
      record.project,
      record.componentType,
      record.testType,
      record.stage,
      record.runNumber,
      record.state,
      record.userIdentity,
      JSON.stringify(record),
    );
  }

  saveTestRun(record: TestRunRecord): TestRunRecord {
    const saved = {
      ...record,
      sys: { ...record.sys, mts: new Date().toISOString(), rev: record.sys.rev + 1 },
    };
    this.sql.run(
      'UPDATE test_runs SET state=?, record=? WHERE id=?',
      saved.state,
      JSON.stringify(saved),
      saved.id,
    );
    return saved;
  }

  attachments(kind: OwnerKind, owner: string): AttachmentRow[] {
    return this.sql.all<AttachmentRow>(
      `SELECT code, owner_kind, owner, title, description, type, filename, content_type, url, user, date,
         length(bytes) AS size FROM attachments WHERE owner_kind=? AND owner=? ORDER BY n`,
      kind,
      owner,
    );
  }

  attachmentBytes(code: string): Buffer | undefined {
    const row = this.sql.get<{ bytes: Buffer | null }>('SELECT bytes FROM attachments WHERE code=?', code);
    return row && Buffer.from(row.bytes ?? []);
  }

  addAttachment(row: Omit<AttachmentRow, 'size'>, bytes: Buffer | null): void {
    this.sql.run(
      `INSERT INTO attachments(code, owner_kind, owner, title, description, type, filename, content_type, url, user,
         date, bytes) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)`,
      row.code,
      row.owner_kind,
      row.owner,
      row.title,
      row.description,
      row.type,
      row.filename,
      row.content_type,
      row.url,
      row.user,
      row.date,
      bytes,
    );
  }

  /** One note of the database about itself, such as where its definitions were mirrored from. */
  note(key: string): string | undefined {
    return this.sql.get<{ value: string }>('SELECT value FROM notes WHERE key=?', key)?.value;
  }

  setNote(key: string, value: string): void {
    this.sql.run(
      'INSERT INTO notes(key, value) VALUES(?,?) ON CONFLICT(key) DO UPDATE SET value=excluded.value',
      key,
      value,
    );
  }

  close(): void {
    this.sql.close();
  }

  #componentColumns(record: ComponentRecord): Value[] {
    return [
      record.serialNumber,
      record.alternativeIdentifier,
      record.project,
      record.subproject,
      record.componentType,
      record.type,
      record.institution,
      record.currentLocation,
      record.currentStage,
      record.state,
      record.trashed ? 1 : 0,
      record.userIdentity,
      JSON.stringify(record),
    ];
  }

  /** Another process may have mirrored new definitions into the same file. */
  #forgetWhenChanged(): void {
    const version = this.sql.get<{ data_version: number }>('PRAGMA data_version')?.data_version;
    if (version !== this.#version) this.#definitions.clear();
    this.#version = version;
  }
}

export async function openStore(file: string): Promise<Store> {
  const sql = await openSqlite(file);
  sql.exec(tables);
  return new Store(sql);
}

/** A MongoDB id, as `id` fields are. */
export function newId(): string {
  return randomBytes(12).toString('hex');
}

/** As `code` fields are. */
export function newCode(): string {
  return randomBytes(16).toString('hex');
}
