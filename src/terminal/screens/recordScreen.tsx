import { useState } from 'react';
import { stride } from '../keys/stride.ts';
import { formatMeasurement } from '../numbers.ts';
import type { RunDetails } from '../station.ts';
import { HelpScreen } from './parts/helpScreen.tsx';
import { Frame, Line, verdictColour } from './parts/parts.tsx';
import { usePageKeys, useSurroundings } from './parts/surroundings.tsx';
import { reasonsOf } from './run/verdictScreen.tsx';

interface DetailLine {
  text: string;
  colour?: string;
}

/** One run of the history, with every measurement. */
export function RecordScreen({
  details,
  onUpload,
  onBack,
}: {
  details: RunDetails;
  onUpload: () => void;
  onBack: () => void;
}) {
  const { strings, rows } = useSurroundings();
  const [from, setFrom] = useState(0);
  const [help, setHelp] = useState(false);
  const { record, directory, report } = details;
  const lines: DetailLine[] = [
    { text: record.run },
    { text: strings.verdict.files(directory) },
    ...(report === undefined ? [] : [{ text: strings.verdict.report(report) }]),
    { text: strings.history.by(record.operator, record.station.id, record.station.simulated) },
    { text: '' },
    ...record.modules.map(({ name, serialNumber = '', verdict }) => ({
      text: `${name} ${serialNumber}  ${strings.verdicts[verdict]}`,
      colour: verdictColour(verdict),
    })),
    { text: '' },
    ...reasonsOf(record, strings),
    { text: '' },
    ...record.steps.flatMap((step) =>
      step.results.flatMap(({ module, measurements }) => [
        { text: `${step.step}  ${step.calibration}  ${nameOf(module)}` },
        ...measurements.map((one) => ({
          text: `   ${formatMeasurement(one)}`,
          ...(one.verdict === 'PASS' ? {} : { colour: verdictColour(one.verdict) }),
        })),
      ]),
    ),
  ];
  const room = rows - 2;
  const move = (by: number) => setFrom(Math.max(0, Math.min(lines.length - room, from + by)));

  usePageKeys({ onBack, onHelp: () => setHelp(true) }, (key) => {
    const by = stride(key, room);
    if (by !== undefined) {
      move(by);
      return true;
    }
    switch (key.key) {
      case 'escape':
      case 'enter':
        onBack();
        return true;
      case 'F4':
        onUpload();
        return true;
      default:
        return false;
    }
  });

  if (help) return <HelpScreen title={record.title} keys={helpKeys()} onClose={() => setHelp(false)} />;
  return (
    <Frame
      left={record.title}
      right={strings.verdicts[record.verdict]}
      hints={[
        { keys: 'Esc', does: strings.keys.back },
        { keys: '↑ ↓', does: strings.keys.scrollList },
        { keys: 'F4', does: strings.keys.upload },
      ]}
    >
      {lines.slice(from, from + room).map(({ text, colour }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text
        <Line key={i} {...(colour ? { color: colour } : {})}>
          {`  ${text}`}
        </Line>
      ))}
    </Frame>
  );

  function nameOf(index: string): string {
    return record.modules.find((module) => module.index === index)?.name ?? index;
  }

  function helpKeys() {
    const { keys } = strings;
    return [
      { keys: '↑ ↓ PgUp PgDn', does: keys.scrollList },
      { keys: 'F4', does: keys.upload },
      { keys: 'Esc, Enter, Ctrl-C', does: keys.back },
    ];
  }
}
