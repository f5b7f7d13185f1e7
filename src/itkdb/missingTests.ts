import type { Component, ComponentType } from './model.ts';

export interface MissingTest {
  testType: string;
  /** Why it counts as missing. */
  why: 'never' | 'not at this stage' | 'failed';
}

/**
 * What still has to be done at a stage (default: the present one): every test type attached to it that has no passed
 * test run since the component came there. The list of a component does not say at which stage a run was taken, so
 * the time at which it came there decides.
 */
export function missingTests(
  component: Component,
  type: ComponentType,
  stage = component.currentStage,
): MissingTest[] {
  const definition = type.stages.find(({ code }) => code === stage);
  const arrived = component.stages.findLast(({ code }) => code === stage)?.dateTime ?? '';
  const left = component.stages[component.stages.findLastIndex(({ code }) => code === stage) + 1]?.dateTime;
  return (definition?.testTypes ?? []).flatMap((testType): MissingTest[] => {
    const runs = component.tests.find((test) => test.testType === testType)?.runs ?? [];
    const here = runs.filter(({ created }) => created >= arrived && (left === undefined || created < left));
    if (here.some(({ passed }) => passed)) return [];
    if (here.length > 0) return [{ testType, why: 'failed' }];
    return [{ testType, why: runs.length > 0 ? 'not at this stage' : 'never' }];
  });
}
