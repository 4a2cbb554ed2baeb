/** A window's spelling must not refuse a patient; another name must. */
import { sameName } from './person-name';

describe('sameName', () => {
  it.each([
    ['张三', ' 张 三 '],
    ['阿不都·热西提', '阿不都•热西提'],
    ['阿不都·热西提', '阿不都．热西提'],
    ['Li Lei', 'Ｌｉ  LEI'],
  ])('takes %s and %s for one name', (one, other) => {
    expect(sameName(one, other)).toBe(true);
  });

  it.each([
    ['张三', '张三丰'],
    ['张三', '章三'],
  ])('takes %s and %s for two', (one, other) => {
    expect(sameName(one, other)).toBe(false);
  });
});
