// 1000 test runs through the durable queue, read back, against a bare keep-alive HTTP loop that posts the same
// documents to the same server. The server is a process of its own.
import { uploadRows } from './itkdbUpload.ts';
import { inFolder, root } from './measure.ts';
import type { Row } from './row.ts';

export default (): Promise<Row[]> =>
  inFolder((folder) => uploadRows(`${root}/benchmarks/itkdbServer.ts`, folder));
