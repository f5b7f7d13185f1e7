import criteria from '../../schemas/criteria.schema.json' with { type: 'json' };
import { validatorsOf } from '../base/validators.ts';

export const validators = validatorsOf({ criteria });
