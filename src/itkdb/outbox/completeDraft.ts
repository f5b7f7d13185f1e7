import type { Component, TestRunDocument } from '../model.ts';
import type { TestRunDraft } from './entry.ts';

/**
 * The document as the database wants it now. The institution is where the component is, unless the draft names one;
 * the stage is the one at which it was measured, said with `isRetroactive` when the component has moved on.
 */
export function completeDraft(draft: TestRunDraft, component: Component): TestRunDocument {
  const { stage, isRetroactive, ...rest } = draft;
  const movedOn = stage !== undefined && stage !== component.currentStage;
  return {
    ...rest,
    institution: draft.institution ?? component.currentLocation,
    ...(movedOn || isRetroactive ? { stage: stage ?? '', isRetroactive: true } : {}),
  };
}
