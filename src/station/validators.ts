import channels from '../../schemas/channels.schema.json' with { type: 'json' };
import instruments from '../../schemas/instruments.schema.json' with { type: 'json' };
import interlocks from '../../schemas/interlocks.schema.json' with { type: 'json' };
import modules from '../../schemas/modules.schema.json' with { type: 'json' };
import station from '../../schemas/station.schema.json' with { type: 'json' };
import { validatorsOf } from '../base/validators.ts';

export const validators = validatorsOf({ channels, instruments, interlocks, modules, station });
