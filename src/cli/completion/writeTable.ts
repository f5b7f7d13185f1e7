import { writeFile } from 'node:fs/promises';
import { packageFile } from '../../base/programs.ts';
import { commands } from '../commands.ts';
import { declaredCommands } from './declared.ts';
import { tableFile } from './program.ts';

// Part of the build: asks every command what it takes, once, so that nobody who presses Tab waits for that.
await writeFile(packageFile(tableFile), `${JSON.stringify(await declaredCommands(commands))}\n`);
