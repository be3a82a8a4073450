import { around, inside, neighbour, overlaps, type Direction, type Rect } from '../graph/geometry';
import type { Painter } from '../graph/painter';
import type { Scene } from '../graph/stage';
import type { Plan, PlanBox } from './plan';

const WORDS = 0.42;

/** A template's graph before any run: no phases, only what would run after what. */
export class PlanScene implements Scene {
    readonly bounds: Rect;
    private readonly byId: Map<string, PlanBox>;

    constructor(private readonly plan: Plan) {
        this.bounds = around(plan.boxes);
        this.byId = new Map(plan.boxes.map((box) => [box.node.id, box]));
    }

    box(id: string): Rect | undefined {
        return this.byId.get(id);
    }

    at(x: number, y: number): string {
        return this.plan.boxes.find((box) => !box.node.joint && inside(box, x, y))?.node.id ?? '';
    }

    next(id: string, direction: Direction): string {
        const real = this.plan.boxes.filter((box) => !box.node.joint);
        const from = this.byId.get(id);
        return (from ? neighbour(from, real, direction) : real[0])?.node.id ?? '';
    }

    describe(id: string): string {
        const node = this.byId.get(id)?.node;
        return node
            ? [node.name, node.kind, node.line, node.task?.when ? `if ${node.task.when}` : '']
                  .filter(Boolean)
                  .join(', ')
            : '';
    }

    draw(painter: Painter, selected: string, hovered: string): void {
        const { canvas, palette } = painter;
        for (const edge of this.plan.edges) {
            const near = edge.from.node.id === selected || edge.to.node.id === selected;
            canvas.beginPath();
            painter.trace(edge.points);
            canvas.setLineDash(edge.exit ? [4, 4] : []);
            canvas.strokeStyle = near ? palette.accent : palette.lineStrong;
            canvas.lineWidth = near ? 1.8 : 1.3;
            canvas.stroke();
        }
        canvas.setLineDash([]);
        for (const box of this.plan.boxes) {
            if (overlaps(box, painter.view)) {
                this.drawBox(painter, box, box.node.id === selected, box.node.id === hovered);
            }
        }
    }

    private drawBox(painter: Painter, box: PlanBox, mine: boolean, over: boolean): void {
        const { palette, canvas } = painter;
        const { node } = box;
        if (node.joint) {
            painter.box(box, 8, palette.sunken, palette.lineStrong);
            return;
        }
        const line = mine ? palette.accent : over ? palette.text3 : palette.lineStrong;
        canvas.setLineDash(node.exit ? [4, 3] : []);
        painter.box(box, 8, over && !mine ? palette.hover : palette.raised, line, mine ? 2 : 1);
        canvas.setLineDash([]);
        painter.icon(node.sign, box.x + 11, box.y + 10, 15, palette.text3);
        if (painter.scale < WORDS) {
            return;
        }
        painter.font(11, 600);
        const notes = node.notes.join(' · ');
        const noted = notes ? canvas.measureText(notes).width + 10 : 0;
        painter.text(notes, box.x + box.w - 10, box.y + 18, 120, palette.text3, 'right');
        painter.font(13, 500);
        painter.text(node.name, box.x + 33, box.y + 18, box.w - 44 - noted, palette.text);
        painter.font(11.5);
        const template = node.template !== node.name && node.spec ? `${node.template} · ` : '';
        painter.text(`${template}${node.line}`, box.x + 33, box.y + 35, box.w - 44, palette.text3);
    }
}
