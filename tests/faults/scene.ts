import type { JournalLine } from '../../src/journal/event.ts';
import type { WitnessLine } from '../witness.ts';

/** The calibration that is handed both supplies, and how far it goes. */
export const measured = { calibration: 'iv_curve', deepest: -75, step: 5 } as const;

/** What a run is doing, told from its journal and from the station's own log. */
export interface Scene {
  /** The action that was started and has not ended. */
  action?: { do: string; to?: number | undefined; owns: boolean } | undefined;
  /** The runner makes safe at its end, whatever its actions came to. */
  makesSafe: boolean;
  /** A calibration that was started and is not over: its step's folder. */
  folder?: string | undefined;
  /** Looks at the bias since the action began. */
  readings: number;
  /** Commands that the HV supply got since the action began. */
  commands: number;
  setpoint: number;
  /** The largest magnitude of the set-point since the action began. */
  deepest: number;
  bias: number;
  hvOn: boolean;
  /** HV went on since the action began. */
  wentOn: boolean;
  over: boolean;
}

export const atRest: Scene = {
  makesSafe: false,
  readings: 0,
  commands: 0,
  setpoint: 0,
  deepest: 0,
  bias: 0,
  hvOn: false,
  wentOn: false,
  over: false,
};

type Planned = { do: string; to?: number; owns?: readonly string[] };

/** Folds both logs, each in its order. */
export class SceneReader {
  #scene: Scene = atRest;
  #plan: readonly Planned[] = [];

  get scene(): Scene {
    return this.#scene;
  }

  journal(line: JournalLine): void {
    const scene = this.#scene;
    switch (line.event) {
      case 'plan.made':
        this.#plan = line.actions as unknown as readonly Planned[];
        return;
      case 'action.started': {
        const { do: what, to, owns = [] } = this.#plan[line.action] ?? { do: line.do };
        const action = { do: what, to, owns: owns.length > 0 };
        this.#scene = {
          ...scene,
          action,
          readings: 0,
          commands: 0,
          deepest: 0,
          wentOn: false,
          makesSafe: false,
        };
        return;
      }
      case 'action.ended':
        this.#scene = { ...scene, action: undefined, folder: undefined };
        return;
      case 'step.started':
        this.#scene = { ...scene, folder: line.folder };
        return;
      case 'power':
        if (line.role === 'hv') this.#scene = { ...scene, readings: scene.readings + 1 };
        return;
      case 'safe.started':
        this.#scene = { ...scene, makesSafe: true };
        return;
      case 'run.ended':
        this.#scene = { ...scene, over: true };
        return;
      default:
    }
  }

  witness({ instrument, kind, value }: WitnessLine): void {
    if (!instrument.startsWith('hv')) return;
    const scene = this.#scene;
    if (kind === 'command') this.#scene = { ...scene, commands: scene.commands + 1 };
    if (kind === 'bias') this.#scene = { ...scene, bias: Number(value) };
    if (kind === 'output')
      this.#scene = { ...scene, hvOn: value === true, wentOn: scene.wentOn || value === true };
    if (kind === 'setpoint') {
      const setpoint = Number(value);
      this.#scene = { ...scene, setpoint, deepest: Math.max(scene.deepest, Math.abs(setpoint)) };
    }
  }
}

/** The scene as it was at a time, from the whole of both logs. */
export function sceneAt(t: number, journal: readonly JournalLine[], witness: readonly WitnessLine[]): Scene {
  const reader = new SceneReader();
  const told = [
    ...journal.filter((line) => line.t <= t).map((line) => ({ t: line.t, tell: () => reader.journal(line) })),
    ...witness.filter((line) => line.t <= t).map((line) => ({ t: line.t, tell: () => reader.witness(line) })),
  ];
  // Stable: of one millisecond, the journal comes first, for it says what will be done.
  for (const { tell } of told.sort((a, b) => a.t - b.t)) tell();
  return reader.scene;
}
