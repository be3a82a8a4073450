/**
 * Places intervals of given sizes in a given order as near as can be (in the sum of squares) to where they want to
 * be, without overlap. Neighbours that would overlap are merged into blocks, each at the mean of its wishes: the pool
 * of adjacent violators, in one pass.
 *
 * @returns the centre of each interval
 */
export function place(wanted: readonly number[], sizes: readonly number[], gap: number): number[] {
    // offset of each centre from the first one's when all touch; wishes are compared after taking it away
    const offsets: number[] = [];
    let offset = 0;
    for (let i = 0; i < sizes.length; i++) {
        offset += i === 0 ? 0 : ((sizes[i - 1] ?? 0) + (sizes[i] ?? 0)) / 2 + gap;
        offsets.push(offset);
    }
    const means: number[] = [];
    const counts: number[] = [];
    for (let i = 0; i < wanted.length; i++) {
        let mean = (wanted[i] ?? 0) - (offsets[i] ?? 0);
        let count = 1;
        while (means.length > 0 && (means[means.length - 1] ?? 0) >= mean) {
            const before = counts.pop() ?? 1;
            mean = ((means.pop() ?? 0) * before + mean * count) / (before + count);
            count += before;
        }
        means.push(mean);
        counts.push(count);
    }
    const centres: number[] = [];
    means.forEach((mean, block) => {
        for (let k = 0; k < (counts[block] ?? 0); k++) {
            centres.push(mean + (offsets[centres.length] ?? 0));
        }
    });
    return centres;
}
