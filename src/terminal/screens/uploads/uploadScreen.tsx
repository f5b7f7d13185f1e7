import { useEffect, useState } from 'react';
import { BatonError, formatProblem, type Problem } from '../../../base/errors.ts';
import type { ReviewRow, UploadAccess, UploadedRun, UploadReview } from '../../uploads.ts';
import { Frame, Line } from '../parts/parts.tsx';
import { usePageKeys, useSurroundings } from '../parts/surroundings.tsx';
import { EntriesScreen } from './entriesScreen.tsx';
import { UploadReviewScreen } from './uploadReviewScreen.tsx';

/** From what a run has for the database to what became of it there. */
export function UploadScreen({
  uploads,
  run,
  operator,
  onBack,
}: {
  uploads: UploadAccess;
  run: UploadedRun;
  operator: string;
  onBack: () => void;
}) {
  const { strings } = useSurroundings();
  const [review, setReview] = useState<UploadReview>();
  const [refused, setRefused] = useState<readonly Problem[]>([]);
  const [chosen, setChosen] = useState<readonly ReviewRow[]>();
  useEffect(() => {
    uploads.review(run).then(setReview, (error: unknown) => {
      if (!(error instanceof BatonError)) throw error;
      setRefused(error.problems);
    });
  }, [uploads, run]);

  if (!review) return <Waiting problems={refused} onBack={onBack} />;
  if (chosen)
    return (
      <EntriesScreen
        title={`${strings.upload.title}   ${review.title}`}
        uploads={uploads}
        begin={(talk, progress) => uploads.upload(run, chosen, talk, progress)}
        onBack={onBack}
      />
    );
  return <UploadReviewScreen review={review} operator={operator} onUpload={setChosen} onBack={onBack} />;
}

/** Until it was read; or why it cannot be. */
function Waiting({ problems, onBack }: { problems: readonly Problem[]; onBack: () => void }) {
  const { strings } = useSurroundings();
  usePageKeys({ onBack }, (key) => {
    if (key.key === 'enter') onBack();
    return key.key === 'enter';
  });
  return (
    <Frame left={strings.upload.title} right="" hints={[{ keys: 'Esc', does: strings.keys.back }]}>
      {problems.length === 0 && <Line dimColor>{strings.upload.reading}</Line>}
      {problems
        .flatMap((problem) => formatProblem(problem).split('\n'))
        .map((text) => (
          <Line key={text}>{text}</Line>
        ))}
    </Frame>
  );
}
