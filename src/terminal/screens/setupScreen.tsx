import { Box, Text } from 'ink';
import { useEffect, useState } from 'react';
import type { Problem } from '../../base/errors.ts';
import type { FormQuestion, ModuleChoice, RunChoice, SequenceChoice, StationAccess } from '../station.ts';
import type { Strings } from '../strings/en.ts';
import { HelpScreen } from './parts/helpScreen.tsx';
import { Frame, Line } from './parts/parts.tsx';
import { problemRows } from './parts/problemRows.ts';
import { withoutLast } from './parts/scanField.tsx';
import { usePageKeys, useSurroundings } from './parts/surroundings.tsx';
import { moduleName } from './startScreen.tsx';

/** What the form is filled with; it is kept when somebody comes back from the card behind it. */
export interface FormState {
  sequence: SequenceChoice;
  /** Position among the modules of the station; undefined: none chosen. */
  module: number | undefined;
  operator: string;
  upload: boolean;
  /** Name of a question → what was typed. */
  values: Readonly<Record<string, string>>;
}

/** What is asked before a run: module, operator, and the values that the sequence leaves open. */
export function SetupScreen({
  station,
  form,
  onChange,
  onCheck,
  onBack,
}: {
  station: StationAccess;
  form: FormState;
  onChange: (form: FormState) => void;
  onCheck: (choice: RunChoice) => void;
  onBack: () => void;
}) {
  const { strings, columns, rows } = useSurroundings();
  const [asked, setAsked] = useState<{ questions: readonly FormQuestion[]; problems: readonly Problem[] }>();
  const [at, setAt] = useState(0);
  const [help, setHelp] = useState(false);
  useEffect(() => void station.questions(form.sequence.name).then(setAsked), [station, form.sequence.name]);

  const fields = fieldsOf(station.modules, form, asked?.questions ?? [], onChange, strings);
  const field = fields[at];
  const ready = asked !== undefined && asked.problems.length === 0 && fields.every(({ wrong }) => !wrong);

  usePageKeys({ onBack, onHelp: () => setHelp(true) }, (key) => {
    switch (key.key) {
      case 'up':
      case 'backTab':
        setAt(Math.max(0, at - 1));
        return true;
      case 'down':
      case 'tab':
        setAt(Math.min(fields.length - 1, at + 1));
        return true;
      case 'left':
      case 'right':
        field?.turn?.(key.key === 'right' ? 1 : -1);
        return true;
      case 'text':
        field?.type?.(field.value + key.text);
        return true;
      case 'backspace':
        field?.type?.(withoutLast(field.value));
        return true;
      case 'enter':
        if (at < fields.length - 1) setAt(at + 1);
        else check();
        return true;
      case 'F5':
        check();
        return true;
      default:
        return false;
    }
  });

  function check(): void {
    const wrong = fields.findIndex((one) => one.wrong);
    if (wrong >= 0) setAt(wrong);
    if (!ready) return;
    const module = form.module === undefined ? undefined : station.modules[form.module]?.index;
    const set = Object.fromEntries(
      (asked?.questions ?? [])
        .map((question) => [question.name, answerTo(form, question)] as const)
        .filter(([name, value]) => value !== asked?.questions.find((one) => one.name === name)?.default),
    );
    const { operator, upload } = form;
    onCheck({
      sequence: form.sequence.name,
      set,
      operator: operator.trim(),
      upload,
      ...(module === undefined ? {} : { module }),
    });
  }

  const title = `${strings.setup.title}   ${form.sequence.title ?? form.sequence.name}`;
  if (help) return <HelpScreen title={title} keys={helpKeys()} onClose={() => setHelp(false)} />;
  const room = Math.floor((rows - 8) / 2);
  const from = Math.max(0, Math.min(at - room + 2, fields.length - room));
  return (
    <Frame
      left={title}
      right={form.sequence.calibrations.length > 0 ? `${form.sequence.calibrations.length} ×` : ''}
      hints={[
        { keys: 'F5', does: strings.keys.check },
        { keys: '↑ ↓ ← →', does: strings.keys.choose },
        { keys: 'Esc', does: strings.keys.back },
      ]}
    >
      <Line dimColor>{`  ${form.sequence.calibrations.join(' → ')}`}</Line>
      <Line> </Line>
      {!asked && <Line dimColor>{strings.setup.reading}</Line>}
      {asked && asked.problems.length > 0 && <Faulty problems={asked.problems} />}
      {fields.slice(from, from + room).map((one, i) => (
        <FieldRows key={one.label} field={one} chosen={from + i === at} width={columns} />
      ))}
      <Box flexGrow={1} />
      <Text color="red">{field?.wrong ?? ' '}</Text>
    </Frame>
  );

  function helpKeys() {
    const { keys } = strings;
    return [
      { keys: '↑ ↓ Tab', does: keys.moveField },
      { keys: '← →', does: keys.changeChoice },
      { keys: 'Enter', does: keys.nextField },
      { keys: 'F5', does: keys.check },
      { keys: 'Esc, Ctrl-C', does: keys.back },
    ];
  }
}

interface Field {
  label: string;
  value: string;
  wrong?: string | undefined;
  type?: (text: string) => void;
  /** Through the choices, forwards or back. */
  turn?: (by: number) => void;
}

function FieldRows({ field, chosen, width }: { field: Field; chosen: boolean; width: number }) {
  const { label, value, wrong, turn } = field;
  return (
    <>
      <Line>
        <Text
          bold={chosen}
        >{`${chosen ? '▸' : ' '} ${label.slice(0, width - 38).padEnd(Math.min(46, width - 38))} `}</Text>
        <Text inverse={chosen && turn !== undefined}>{turn ? `← ${value} →` : value}</Text>
        {chosen && !turn ? <Text inverse> </Text> : ''}
      </Line>
      <Line color="red">{wrong === undefined || chosen ? ' ' : `    ${wrong}`}</Line>
    </>
  );
}

function fieldsOf(
  modules: readonly ModuleChoice[],
  form: FormState,
  questions: readonly FormQuestion[],
  change: (form: FormState) => void,
  { setup }: Strings,
): Field[] {
  const module = form.module === undefined ? undefined : modules[form.module];
  const turnModule = (by: number) => {
    const next = form.module === undefined ? (by > 0 ? 0 : modules.length - 1) : form.module + by;
    change({ ...form, module: (next + modules.length) % modules.length });
  };
  return [
    {
      label: setup.module,
      value: module ? moduleName(module) : setup.chooseModule,
      turn: turnModule,
      wrong: module ? undefined : setup.moduleMissing,
    },
    {
      label: setup.operator,
      value: form.operator,
      type: (operator) => change({ ...form, operator }),
      wrong: form.operator.trim() === '' ? setup.operatorMissing : undefined,
    },
    {
      label: setup.upload,
      value: form.upload ? setup.yes : setup.no,
      turn: () => change({ ...form, upload: !form.upload }),
    },
    ...questions.map((question) => questionField(form, question, change)),
  ];
}

function questionField(form: FormState, question: FormQuestion, change: (form: FormState) => void): Field {
  const value = answerTo(form, question);
  const { choices } = question;
  const enter = (text: string) => change({ ...form, values: { ...form.values, [question.name]: text } });
  const refused = question.refuse(value);
  return {
    label: question.title,
    value,
    wrong: refused && `${refused.what}. ${refused.remedy}`,
    ...(choices
      ? {
          turn: (by) =>
            enter(choices[(choices.indexOf(value) + by + choices.length) % choices.length] ?? value),
        }
      : { type: enter }),
  };
}

function answerTo(form: FormState, question: FormQuestion): string {
  return form.values[question.name] ?? question.default ?? question.choices?.[0] ?? '';
}

/** The fields stay in sight below it: what finds no room is for a wider window, or for `baton check`. */
function Faulty({ problems }: { problems: readonly Problem[] }) {
  const { strings, columns, rows } = useSurroundings();
  const lines = problemRows(problems, columns);
  const room = rows - rowsOfFields;
  return (
    <Box flexDirection="column" flexShrink={0}>
      <Line color="red" bold>
        {strings.setup.faulty}
      </Line>
      {lines.slice(0, room).map((text, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text
        <Line key={i}>{text}</Line>
      ))}
      {lines.length > room && <Line dimColor>{`… ${strings.start.faulty(problems.length)}`}</Line>}
    </Box>
  );
}

/** Those of the frame, of the sequence, of the heading and the note, and of the three fields that every form has. */
const rowsOfFields = 14;
