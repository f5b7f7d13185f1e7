import type { JsonObject } from '../../json.ts';
import { type Call, type LocalCommands, text } from '../command.ts';
import { namedDefinition } from '../forms.ts';
import { Refusal } from '../refusal.ts';
import type { Store } from '../store.ts';
import type { LocalUser } from '../users.ts';

export const userCommands: LocalCommands = {
  getUser: {
    method: 'GET',
    role: 'reader',
    dtoIn: { userIdentity: 'string!' },
    run: getUser,
  },
};

function getUser(store: Store, call: Call): JsonObject {
  const identity = text(call, 'userIdentity');
  const row = store.sql.get<{ record: string }>('SELECT record FROM users WHERE user=?', identity);
  if (!row)
    throw new Refusal('userDoesNotExist', `User ${identity} does not exist.`, { userIdentity: identity });
  const user = JSON.parse(row.record) as LocalUser;
  return {
    userIdentity: user.userIdentity,
    firstName: user.firstName,
    middleName: '',
    lastName: user.lastName,
    email: null,
    preferences: { defaultProject: 'P' },
    institutions: [
      {
        ...namedDefinition(store, 'institution', user.institution),
        default: true,
        executive: user.role !== 'reader',
        authority: user.role === 'authority' || user.role === 'component manager',
        componentManager: user.role === 'component manager',
        clusterManager: false,
        notification: { shipping: false, tests: false, components: false },
      },
    ],
  };
}
