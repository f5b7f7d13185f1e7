import type { Component, ComponentType, TestRunDocument } from '../model.ts';
import type { TestRunDraft } from './entry.ts';

/**
 * The document as the database wants it now. The institution is where the component is, unless the draft names one;
 * the stage is the one at which it was measured, said with `isRetroactive` when the component has moved on.
 */
export function completeDraft(
  draft: TestRunDraft,
  component: Component,
  type: ComponentType | undefined,
): TestRunDocument {
  const { stage: named, isRetroactive, ...rest } = draft;
  const stage = named ?? stageWhenMeasured(draft, component, type);
  const movedOn = stage !== undefined && stage !== component.currentStage;
  return {
    ...rest,
    institution: draft.institution ?? component.currentLocation,
    ...(movedOn || isRetroactive ? { stage: stage ?? '', isRetroactive: true } : {}),
  };
}

/**
 * Where the component was on the day of the measurement, by the database's own history. Undefined where the test does
 * not belong to that stage: then somebody set the stage only after he had measured.
 */
function stageWhenMeasured(
  { date, testType }: TestRunDraft,
  component: Component,
  type: ComponentType | undefined,
): string | undefined {
  // Of the forms in which dates are sent, only ISO is unmistakable.
  const measured = date !== undefined && /^\d{4}-/.test(date) ? Date.parse(date) : Number.NaN;
  const stage = component.stages.findLast(({ dateTime }) => Date.parse(dateTime) <= measured)?.code;
  const belongs = type?.stages.find(({ code }) => code === stage)?.testTypes.includes(testType);
  return belongs ? stage : undefined;
}
