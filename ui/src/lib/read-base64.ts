/** More than any picture that is taken: of a larger file only this much is read, and it is refused for its size. */
const MOST = 2 * 1024 * 1024;

/** The bytes of a file in base 64. */
export function readBase64(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const read = typeof reader.result === "string" ? reader.result : "";
      resolve(read.slice(read.indexOf(",") + 1));
    });
    reader.addEventListener("error", () => reject(reader.error ?? new Error("the file cannot be read")));
    reader.readAsDataURL(file.slice(0, MOST));
  });
}
