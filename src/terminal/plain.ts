import pc from 'picocolors';
import { formatProblem } from '../base/errors.ts';
import { counted } from '../base/quantityText.ts';
import type { JournalLine } from '../journal/event.ts';
import type { RunRecord } from '../journal/record.ts';
import { formatDuration, formatMeasurement, formatVolts } from './numbers.ts';
import type { Renderer } from './renderer.ts';
import { StatusLine } from './statusLine.ts';
import { verdictBlock } from './verdictBlock.ts';

/** One line an event, for a log or a plain terminal; on a terminal a status line below them with bar and time left. */
export function plainRenderer(out: NodeJS.WriteStream = process.stdout): Renderer {
  const colours = pc.createColors(out.isTTY === true && process.env.NO_COLOR === undefined);
  const status = new StatusLine(out);
  const say = (line: JournalLine, text: string) => {
    const time = new Date(line.t).toTimeString().slice(0, 8);
    status.print(`${colours.dim(time)}  ${text}\n`);
  };
  return {
    line: (line, record) => {
      const text = describe(line, record, colours);
      if (text !== undefined) say(line, text);
      if (line.event === 'power') status.power(line);
      if (line.event === 'step.started') status.step(`step ${line.step} ${line.calibration}`);
      if (line.event === 'step.ended') status.step('');
      if (line.event === 'run.ended' && record) status.print(verdictBlock(record, colours));
    },
    output: () => undefined,
    progress: (_step, progress) => status.progress(progress),
    report: (path) => void out.write(`  report  ${path}\n`),
    close: () => status.clear(),
  };
}

const powerActions = new Set(['level', 'output', 'ramp', 'adopt', 'setTemperature', 'warmUp']);

const actionWords = {
  warn: 'a warning',
  pauseAfterStep: 'the next step waits',
  hvOff: 'HV off',
  allOff: 'everything off',
} as const;

type Colours = ReturnType<typeof pc.createColors>;

function describe(line: JournalLine, record: RunRecord | undefined, c: Colours): string | undefined {
  switch (line.event) {
    case 'run.started': {
      const modules = line.modules
        .map(({ name, serialNumber }) => (serialNumber ? `${name} (${serialNumber})` : name))
        .join(', ');
      const simulated = line.station.simulated
        ? c.yellow(`  simulated, time × ${line.station.timeScale}`)
        : '';
      return `${c.bold(line.title)}  ${modules}  at ${line.station.id}${simulated}\n          run ${line.run}`;
    }
    case 'run.resumed': {
      const kept = line.kept.map(
        ({ step, calibration, adopted }) =>
          `\n          kept   step ${step} ${calibration}${adopted ? ': it had finished' : ''}`,
      );
      const again = line.repeated.map(({ step, why }) => `\n          again  step ${step}: ${why}`);
      const changes = line.changes.map((change) => `\n          now    ${change}`);
      const name = record ? `${c.bold(record.title)}  run ${record.run}  ` : '';
      return `${name}goes on, by ${line.operator}${[...kept, ...again, ...changes].join('')}`;
    }
    case 'module.confirmed': {
      const module = record?.modules.find(({ index }) => index === line.module);
      return `module  ${module?.serialNumber ?? module?.name ?? line.module} confirmed by ${line.by}`;
    }
    case 'plan.made':
      return `plan    ${counted(line.steps.length, 'step')}, ${counted(line.actions.length, 'action')}, about ${formatDuration(line.estimate)}${line.reason === 'the sequence begins' ? '' : ` (${line.reason})`}`;
    case 'instrument.identified':
      return `found   ${line.name}: ${line.identity}`;
    case 'action.started':
      // What is no power action is told by the events that it causes.
      return powerActions.has(line.do) ? `power   ${line.what}` : undefined;
    case 'action.ended':
      return line.end === 'skipped' ? `        ${c.dim(`left out: ${line.reason}`)}` : undefined;
    case 'step.started':
      return `${c.cyan(`step ${line.step}`)}  ${line.calibration}  in ${line.folder}`;
    case 'step.prompted':
      return c.yellow(`step ${line.step}  asks: ${onOneLine(line.text)}`);
    case 'step.answered':
      return `step ${line.step}  answered ${line.answer} (${line.by})`;
    case 'step.ended': {
      const done = line.end === 'completed';
      const head = `step ${line.step}  ${done ? 'done' : line.end}, ${counted(line.artefacts.length, 'file')}, ${formatDuration(line.seconds)}`;
      const problems = line.problems.map(
        (problem) => `\n          ${formatProblem(problem).replaceAll('\n', '\n          ')}`,
      );
      return (done ? head : c.red(head)) + problems.join('');
    }
    case 'step.judged': {
      const module = record?.modules.find(({ index }) => index === line.module)?.name ?? line.module;
      const colour = line.verdict === 'PASS' ? c.green : c.red;
      const why = line.criteria ? '' : ': no criterion for it, so no verdict';
      const flagged = line.measurements.filter(
        ({ verdict, flag }) => flag !== undefined && verdict !== 'PASS',
      );
      return `step ${line.step}  ${module}  ${colour(line.verdict)}${why}${flagged.map((one) => `\n          ${formatMeasurement(one)}`).join('')}`;
    }
    case 'item.started':
      return `step ${line.step}  ${line.item}`;
    case 'item.noted':
      return 'text' in line.note ? `          ${String(line.note.text)}` : undefined;
    case 'item.ended': {
      const { id, verdict, problems, fail } = line.item;
      const colour = verdict === 'PASS' ? c.green : c.red;
      const why = [...problems, ...(fail ? [`${fail.fid}: ${fail.msg}`] : [])].map(
        (text) => `\n          ${text}`,
      );
      return `step ${line.step}  ${id}  ${colour(verdict)}${why.join('')}`;
    }
    case 'step.skipped':
      return c.yellow(`step ${line.step}  skipped: ${line.reason}`);
    case 'breakdown.found': {
      const { breakdown, measuredTo } = line;
      const text =
        breakdown.found === 'at'
          ? `breaks down at ${formatVolts(breakdown.voltage)}`
          : breakdown.found === 'none'
            ? 'no breakdown'
            : `breakdown unknown: ${breakdown.why}`;
      return `sensor  module ${line.module}: ${text}${measuredTo === undefined ? '' : `, measured to ${formatVolts(measuredTo)}`}${line.from ? ` (from ${line.from})` : ''}`;
    }
    case 'bias.decided':
      return line.allowed
        ? `bias    ${formatVolts(line.target)} at ${line.at}: ${line.reason}`
        : c.yellow(`bias    none at ${line.at}: ${line.reason}`);
    case 'stop.requested':
      return c.yellow(`stop    asked for by ${line.by}: ramping down`);
    case 'interlock': {
      const unit = line.condition === 'stale' ? '' : ` ${line.unit}`;
      const value =
        line.value === undefined
          ? `does not come (${line.missing ?? 'no reading'})`
          : `is ${Number(line.value.toPrecision(4))}${unit}`;
      const limit = `${line.condition === 'stale' ? 'unchanged for' : line.condition} ${line.limit} ${line.unit}`;
      const text = `${line.name}: ${line.reading} at ${line.at} ${value} (${limit})`;
      if (line.state === 'cleared') return `lock    over: ${text}`;
      return c.yellow(`lock    ${text}, ${actionWords[line.action]}\n          ${line.message}`);
    }
    case 'trip':
      return c.red(`TRIP    ${line.what}`);
    case 'problem':
      return c.red(formatProblem(line.problem).replaceAll('\n', '\n          '));
    case 'safe.started':
      return `safe    bringing HV to zero and LV off: ${line.reason}`;
    case 'safe.ended':
      return line.verified
        ? c.green(
            `safe    verified: ${line.channels.map(({ at }) => `${at} off`).join(', ') || 'nothing was on'}`,
          )
        : c.red(
            `UNSAFE  ${line.channels
              .filter(({ off }) => !off)
              .map(({ at, problem }) => `${at}: ${problem}`)
              .join('; ')}`,
          );
    case 'guardian.lost':
      return c.yellow(`guard   the guardian (process ${line.pid}) is gone: ${line.how}`);
    case 'guardian.tookOver':
      return c.yellow(
        `guard   ${line.by} takes over from process ${line.runner}: ${line.reason}${line.killed ? '; it was ended first' : ''}`,
      );
    case 'journal.repaired':
      return c.yellow(`journal a line that was cut short (${line.bytes} bytes) was taken off its end`);
    case 'guardian.started':
    case 'power':
    case 'climate':
    case 'temperature':
    case 'run.ended':
      return undefined;
  }
}

/** A question's last line alone may be no more than its prompt sign. */
function onOneLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' · ');
}
