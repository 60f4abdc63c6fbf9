#include "models/lowering/drawn_connectivity.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace spikeloom {
namespace {

/// Where the targets of a source lie; columns and rows count modulo the grid's where it wraps.
struct Window {
  std::uint32_t left, top, width, height;
  std::uint32_t own;  ///< number of the source itself in the window, row by row
};

struct Extent {
  std::uint32_t first, count, own;
};

Extent extent_of(std::uint32_t at, std::uint32_t size, std::uint32_t radius, bool wraps) {
  if (wraps) return {(at + size - radius) % size, 2 * radius + 1, radius};
  const std::uint32_t first = at - std::min(at, radius);
  const std::uint32_t last = at + std::min(size - 1 - at, radius);
  return {first, last - first + 1, at - first};
}

Window window_of(const DrawnConnectivity& drawn, std::uint32_t source) {
  const auto [width, height] = drawn.grid;
  const Extent x = extent_of(source % width, width, drawn.radius, drawn.wraps);
  const Extent y = extent_of(source / width, height, drawn.radius, drawn.wraps);
  return {x.first, y.first, x.count, y.count, y.own * x.count + x.own};
}

std::uint32_t wrapped(std::uint32_t at, std::uint32_t size) { return at < size ? at : at - size; }

}  // namespace

bool DrawnConnectivity::is_inhibitory(std::uint32_t neuron) const {
  // Along a row every neuron where floor(n f) steps up; rows are set off against each other, so
  // that no columns form and every window has its share.
  constexpr std::uint32_t kOffset = 3;
  const double n = neuron % grid.width + static_cast<double>(kOffset) * (neuron / grid.width);
  return std::floor((n + 1.0) * inhibitory_fraction) > std::floor(n * inhibitory_fraction);
}

void draw_synapses(const DrawnConnectivity& drawn,
                   std::uint32_t source,
                   std::uint32_t first,
                   std::span<Synapse> synapses) {
  std::array<std::uint32_t, kDrawnAtOnce> numbers, bits;
  const Window window = window_of(drawn, source);
  const bool inhibits = drawn.is_inhibitory(source);
  const std::uint32_t largest = inhibits ? drawn.largest_inhibitory : drawn.largest_excitatory;
  const std::uint32_t delays = drawn.delay_max - drawn.delay_min + 1;
  const std::size_t count = synapses.size();
  const std::uint32_t others = window.width * window.height - 1;
  drawn.target.below_each(others, source, first, std::span(numbers).first(count));
  drawn.synapse.bits_each(source, first, std::span(bits).first(count));
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t number = numbers[i] + (numbers[i] >= window.own ? 1 : 0);
    const std::uint32_t row = number / window.width, column = number - row * window.width;
    // Upper half: weight, lower half: delay.
    const auto magnitude = static_cast<std::int32_t>(1 + (((bits[i] >> 16) * largest) >> 16));
    synapses[i] = {wrapped(window.top + row, drawn.grid.height) * drawn.grid.width +
                       wrapped(window.left + column, drawn.grid.width),
                   inhibits ? -magnitude : magnitude,
                   drawn.delay_min + (((bits[i] & 0xFFFF) * delays) >> 16)};
  }
}

}  // namespace spikeloom
