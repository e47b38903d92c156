/// Numbers that the seed alone decides (xorshift64*).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Self((seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// Below `end`, which is not zero.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.next() as usize % end
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.next() as u8
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    pub(crate) fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.byte()).collect()
    }

    /// A byte that is not `old`: its neighbour, an extreme, another case, or any.
    pub(crate) fn other_byte(&mut self, old: u8) -> u8 {
        let choices = [0, 1, 0xff, 0x80, b' ', b'0', b'7', b'8', b'/', old ^ 1, old ^ 0x20, self.byte()];
        let new = self.pick(&choices);
        if new == old { old.wrapping_add(1) } else { new }
    }

    /// Content of a file: nothing, text, or noise.
    pub(crate) fn content(&mut self) -> Vec<u8> {
        let length = self.below(1500);
        match self.below(4) {
            0 => Vec::new(),
            1 => self.bytes(length),
            _ => (0..length).map(|_| self.pick(b"import os\n")).collect(),
        }
    }
}
