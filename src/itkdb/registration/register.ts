import type { Problem } from '../../base/errors.ts';
import type { ItkdbClient } from '../client/client.ts';
import { isDatabaseFault, isPassing, isRefusal, mayHaveArrived } from '../client/faults.ts';
import {
  findComponent,
  getComponent,
  listComponentsByProperty,
  type Registration,
  registerComponent,
  setComponentStage,
} from '../commands/components.ts';
import type { Component } from '../model.ts';

export interface RegistrationResult {
  /** registered: by this call. present: it was there already, as wanted. */
  state: 'registered' | 'present' | 'failed';
  serialNumber: string | undefined;
  /** What the database holds now. */
  component?: Component;
  problems: readonly Problem[];
}

export interface Wanted {
  registration: Registration;
  stage: string | undefined;
  uniqueProperties: readonly string[];
}

/**
 * Registers one component once, however often it is called for it: looks first, registers, and after a lost answer
 * looks again before anything is sent twice. Then sets the stage, and reads back. It never deletes.
 */
export async function registerOnce(client: ItkdbClient, wanted: Wanted): Promise<RegistrationResult> {
  const { registration, stage } = wanted;
  try {
    const there = await find(client, wanted);
    const other = there && differs(there, registration);
    if (other) return failed(registration, [other]);
    const made = there ?? (await register(client, wanted));
    const component = await bringToStage(client, made, stage);
    return {
      state: there ? 'present' : 'registered',
      serialNumber: component.serialNumber,
      component,
      problems: unlike(component, registration),
    };
  } catch (error) {
    if (!isDatabaseFault(error) || error.code === 'E8010' || error.code === 'E8003') throw error;
    return failed(registration, error.problems);
  }
}

/** What the database says of a serial number, or of a property, that something else has. */
const duplicities = new Set(['serialNumberDuplicity', 'propertyValueDuplicity']);

async function register(client: ItkdbClient, wanted: Wanted): Promise<Component> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await registerComponent(client, wanted.registration);
    } catch (error) {
      // Taken already: by a request of ours whose answer is lost, or by somebody who works on the same table.
      const taken = isRefusal(error) && duplicities.has(error.reason ?? '');
      if (!taken && !(isPassing(error) && mayHaveArrived(error))) throw error;
      const arrived = await find(client, wanted);
      if (arrived && !differs(arrived, wanted.registration)) return arrived;
      if (taken) throw error;
      // Nothing tells one such component from another, so a second sending could make two.
      if (!isFindable(wanted) || attempt === 3) throw error;
    }
  }
}

/** By serial number, or by a property whose value nobody else has. */
async function find(
  client: ItkdbClient,
  { registration, uniqueProperties }: Wanted,
): Promise<Component | undefined> {
  const { serialNumber, project, componentType, properties } = registration;
  if (serialNumber) return findComponent(client, serialNumber);
  for (const code of uniqueProperties)
    for await (const { code: name } of listComponentsByProperty(client, {
      project,
      componentType,
      code,
      value: properties[code]!,
    }))
      return getComponent(client, name);
  return undefined;
}

function isFindable({ registration, uniqueProperties }: Wanted): boolean {
  return registration.serialNumber !== undefined || uniqueProperties.length > 0;
}

/** It has the name, and is something else. */
function differs(there: Component, { componentType, type, project }: Registration): Problem | undefined {
  const same = there.project === project && there.componentType === componentType && there.type === type;
  if (same && there.state !== 'ready')
    return {
      code: 'E8025',
      what: `${there.serialNumber ?? there.code} is in the database, in state ${there.state}.`,
      remedy: 'Ask the authority of your institute what is meant with it. Nothing was changed.',
    };
  if (same) return undefined;
  return {
    code: 'E8025',
    what: `${there.serialNumber ?? there.code} is in the database as ${there.componentType} ${there.type}, not as ${componentType} ${type}.`,
    remedy: 'Correct the serial number or the type. Nothing was changed.',
  };
}

/** Only from the stage at which registering left it: one that has moved on is not set back. */
async function bringToStage(
  client: ItkdbClient,
  component: Component,
  stage: string | undefined,
): Promise<Component> {
  const reference = component.code;
  if (stage !== undefined && component.currentStage !== stage && component.stages.length <= 1)
    await setComponentStage(client, reference, stage);
  return getComponent(client, reference);
}

/** What the database holds otherwise than it was meant; said, not changed. */
function unlike(component: Component, { properties, institution }: Registration): Problem[] {
  const different = Object.entries(properties).filter(
    ([code, value]) => String(component.properties[code] ?? '') !== String(value),
  );
  const what = [
    ...different.map(([code]) => `${code} is ${JSON.stringify(component.properties[code] ?? null)}`),
    ...(component.institution === institution ? [] : [`institution is ${component.institution}`]),
  ];
  if (what.length === 0) return [];
  return [
    {
      code: 'E8074',
      what: `${component.serialNumber ?? component.code} differs in the database: ${what.join(', ')}.`,
      remedy: 'Correct it in the database if the table is right; registering changes nothing that is there.',
      severity: 'warning',
    },
  ];
}

function failed(registration: Registration, problems: readonly Problem[]): RegistrationResult {
  return { state: 'failed', serialNumber: registration.serialNumber, problems };
}
