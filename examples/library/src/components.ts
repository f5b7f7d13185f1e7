// The modules at an institution: node dist/components.js INSTITUTION
// Asks the database that ITKDB_API_URL names, with the codes in ITKDB_ACCESS_CODE1 and ITKDB_ACCESS_CODE2.
import { connectToITkDB, type ITkDBClient, isDatabaseFault, listComponents } from 'baton';

const [institution = 'EXAMPLE'] = process.argv.slice(2);
const client: ITkDBClient = connectToITkDB({ onWarning: console.warn });

try {
  const wanted = { project: 'P', componentType: 'MODULE', currentLocation: institution };
  for await (const { serialNumber, type, currentStage } of listComponents(client, wanted))
    console.log([serialNumber, type, currentStage].join('\t'));
} catch (error) {
  if (!isDatabaseFault(error)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
} finally {
  await client.close();
}
