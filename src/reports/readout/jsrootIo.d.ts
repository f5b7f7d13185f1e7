/** The part of jsroot/io that is used; its own types do not cover it. [jsroot 7.11, modules/io.mjs] */
declare module 'jsroot/io' {
  export interface RootKey {
    fName: string;
    fTitle: string;
    fClassName: string;
    fCycle: number;
  }
  export interface RootDirectory {
    fKeys: RootKey[];
  }
  export interface RootFile extends RootDirectory {
    readDirectory(path: string): Promise<RootDirectory>;
    readObject(path: string): Promise<unknown>;
  }
  export function openFile(content: ArrayBuffer): Promise<RootFile | null>;
}
