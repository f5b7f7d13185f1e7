/** The half of the drawing that a box's edge takes. */
const half = { width: 270, height: 190 };
const middle = { x: 400, y: 235 };

/** Maps points of a box to the drawing: turned about the upright axis, then tilted towards the eye; parallel. */
export function projector(
  box: { x: readonly number[]; y: readonly number[]; z: readonly number[] },
  { turn, tilt }: { turn: number; tilt: number },
): (x: number, y: number, z: number) => [number, number] {
  const unit = ([low, high]: readonly number[]) => {
    const span = high! - low! || 1;
    return (value: number) => (2 * (value - low!)) / span - 1;
  };
  const [ux, uy, uz] = [unit(box.x), unit(box.y), unit(box.z)];
  const [ct, st, cu, su] = [Math.cos(turn), Math.sin(turn), Math.cos(tilt), Math.sin(tilt)];
  return (x, y, z) => {
    const a = ux(x);
    const b = uy(y);
    const right = a * ct - b * st;
    const away = a * st + b * ct;
    return [
      middle.x + (half.width * right) / Math.SQRT2,
      middle.y - half.height * (0.55 * uz(z) * cu + (away * su) / Math.SQRT2),
    ];
  };
}
