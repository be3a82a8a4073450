/** Style sheets are bundled as text and adopted by the document, so that a strict content policy holds. */
declare module '*.css' {
    const text: string;
    export default text;
}
