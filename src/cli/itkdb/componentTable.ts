import type { Component } from '../../itkdb/model.ts';
import { print } from '../database/connection.ts';
import { tableText } from '../printing/table.ts';

/** One line a component. */
export async function printComponents(components: AsyncIterable<Component>, json: boolean): Promise<void> {
  const found: Component[] = [];
  for await (const component of components) found.push(component);
  print(
    json,
    found.map(({ raw: _answer, ...component }) => component),
    () =>
      found.length === 0
        ? 'No components.\n'
        : tableText(
            ['serial number', 'component', 'type', 'location', 'stage'],
            found.map(({ serialNumber, code, componentType, type, currentLocation, currentStage }) => [
              serialNumber ?? code,
              componentType,
              type,
              currentLocation,
              currentStage ?? '',
            ]),
          ),
  );
}
