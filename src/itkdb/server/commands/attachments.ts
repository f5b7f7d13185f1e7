import {
  type Call,
  componentNamed,
  type FileAnswer,
  type LocalCommand,
  type LocalCommands,
  testRunNamed,
  text,
} from '../command.ts';
import type { DtoInRules } from '../dtoIn.ts';
import { attachment, awid } from '../forms.ts';
import { Refusal } from '../refusal.ts';
import { type AttachmentRow, newCode, type OwnerKind, type Store } from '../store.ts';
import { shipmentNamed } from './shipments.ts';

/** Three kinds of owner, and for each the same three commands. */
const owners: Readonly<Record<OwnerKind, (store: Store, call: Call) => string>> = {
  component: (store, call) => componentNamed(store, call).code,
  testRun: (store, call) => testRunNamed(store, call).id,
  shipment: (store, call) => shipmentNamed(store, call).id,
};

export const attachmentCommands: LocalCommands = {
  createComponentAttachment: create('component'),
  createTestRunAttachment: create('testRun'),
  createShipmentAttachment: create('shipment'),
  getComponentAttachment: download('component'),
  getTestRunAttachment: download('testRun'),
  getShipmentAttachment: download('shipment'),
  deleteComponentAttachment: remove('component'),
  deleteTestRunAttachment: remove('testRun'),
  deleteShipmentAttachment: remove('shipment'),
  /** The older way to a file, by its code alone. */
  'uu-app-binarystore/getBinaryData': {
    method: 'GET',
    role: 'reader',
    dtoIn: { code: 'string!' },
    run: (store, call) => fileNamed(store, text(call, 'code')),
  },
  createBinaryTestRunParameter: {
    method: 'POST',
    role: 'executive',
    dtoIn: { testRun: 'string!', parameter: 'string!' },
    run: (store, call) => {
      const run = testRunNamed(store, call);
      const parameter = text(call, 'parameter');
      const row = newRow(call, 'testRun', run.id, {
        title: parameter,
        description: '',
        type: 'file',
        url: null,
      });
      store.addAttachment(row, bytesOf(call));
      store.saveTestRun({ ...run, results: { ...run.results, [parameter]: row.code } });
      return { ...attachment({ ...row, size: bytesOf(call).length }), awid };
    },
  },
};

function create(kind: OwnerKind): LocalCommand {
  return {
    method: 'POST',
    // Readers may attach and comment [User Levels].
    role: 'reader',
    dtoIn: {
      ...ownerKey(kind),
      type: 'string!',
      title: 'string',
      description: 'string',
      url: 'string',
      data: 'any',
    },
    run: (store, call) => {
      const owner = owners[kind](store, call);
      const link = text(call, 'type') === 'link';
      const url = link ? text(call, 'url') || text(call, 'data') : null;
      const row = newRow(call, kind, owner, {
        title: text(call, 'title'),
        description: text(call, 'description'),
        type: text(call, 'type'),
        url,
      });
      store.addAttachment(row, link ? null : bytesOf(call));
      return {
        ...attachment({ ...row, size: call.file?.bytes.length ?? 0 }),
        name: row.title,
        tagList: [],
        awid,
      };
    },
  };
}

function download(kind: OwnerKind): LocalCommand {
  return {
    method: 'GET',
    role: 'reader',
    dtoIn: { ...ownerKey(kind), code: 'string!' },
    run: (store, call) => {
      const owner = owners[kind](store, call);
      const code = text(call, 'code');
      if (!store.attachments(kind, owner).some((row) => row.code === code)) throw noAttachment(code);
      return fileNamed(store, code);
    },
  };
}

function remove(kind: OwnerKind): LocalCommand {
  return {
    method: 'POST',
    role: 'executive',
    dtoIn: { ...ownerKey(kind), code: 'string!' },
    run: (store, call) => {
      const code = text(call, 'code');
      const row = store.attachments(kind, owners[kind](store, call)).find((entry) => entry.code === code);
      if (!row) throw noAttachment(code);
      store.sql.run('DELETE FROM attachments WHERE code=?', code);
      return { attachment: attachment(row) };
    },
  };
}

function ownerKey(kind: OwnerKind): DtoInRules {
  return { [kind]: 'string!' };
}

function newRow(
  call: Call,
  kind: OwnerKind,
  owner: string,
  about: Pick<AttachmentRow, 'title' | 'description' | 'type' | 'url'>,
): Omit<AttachmentRow, 'size'> {
  return {
    code: newCode(),
    owner_kind: kind,
    owner,
    ...about,
    filename: call.file?.name ?? '',
    content_type: call.file?.contentType ?? 'text/plain',
    user: call.user.userIdentity,
    date: call.now,
  };
}

function bytesOf(call: Call): Buffer {
  if (call.file) return call.file.bytes;
  throw new Refusal('invalidDtoIn', 'DtoIn is not valid.', {
    missingKeyMap: { '$.data': { 'uu-appg01/validation/missingKey': 'a file is required' } },
  });
}

function fileNamed(store: Store, code: string): FileAnswer {
  const row = store.sql.get<AttachmentRow>(
    'SELECT filename, content_type FROM attachments WHERE code=?',
    code,
  );
  const bytes = store.attachmentBytes(code);
  if (!row || !bytes) throw noAttachment(code);
  return { fileName: row.filename, contentType: row.content_type, bytes };
}

function noAttachment(code: string): Refusal {
  return new Refusal('attachmentDoesNotExist', `Attachment ${code} does not exist.`, { code });
}
