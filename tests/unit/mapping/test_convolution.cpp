#include "models/mapping/convolution.hpp"

#include <doctest/doctest.h>

#include <map>
#include <tuple>

#include "models/base/random.hpp"
#include "models/lowering/connectivity.hpp"

namespace spikeloom {
namespace {

/// (channels, height, width): first coordinates and extents.
struct Box {
  std::array<std::uint32_t, 3> at, extent;

  std::array<std::uint16_t, 3> extents() const {
    return {static_cast<std::uint16_t>(extent[0]),
            static_cast<std::uint16_t>(extent[1]),
            static_cast<std::uint16_t>(extent[2])};
  }
  std::array<std::uint16_t, 2> corner() const {
    return {static_cast<std::uint16_t>(at[1]), static_cast<std::uint16_t>(at[2])};
  }
  std::uint32_t volume() const { return extent[0] * extent[1] * extent[2]; }
  /// Number in the whole population of the box's neuron n.
  std::uint32_t whole(std::uint32_t n, const std::array<std::uint32_t, 3>& shape) const {
    const std::uint32_t x = n % extent[2], y = n / extent[2] % extent[1];
    const std::uint32_t c = n / (extent[1] * extent[2]);
    return ((c + at[0]) * shape[1] + y + at[1]) * shape[2] + x + at[2];
  }
};

class CaseDrawer {
 public:
  explicit CaseDrawer(std::uint32_t number) : random_(Seed{7}, "test.convolution"), at_(number) {}
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + random_.below(high - low + 1, at_, draws_++);
  }
  Box box(const std::array<std::uint32_t, 3>& shape) {
    Box box{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      box.at[axis] = between(0, 2) == 0 ? between(0, shape[axis] - 1) : 0;
      const std::uint32_t most = shape[axis] - box.at[axis];
      box.extent[axis] = between(0, 2) == 0 ? between(1, most) : most;
    }
    return box;
  }
  ConvConnectivity convolution() {
    ConvConnectivity conv{};
    conv.source_shape = {between(1, 3), between(1, 9), between(1, 9)};
    conv.target_shape[0] = between(1, 3);
    for (std::size_t axis = 0; axis < 2; ++axis) draw_axis(conv, axis);
    conv.weight.resize(std::size_t{conv.target_shape[0]} * conv.source_shape[0] * conv.kernel[0] *
                       conv.kernel[1]);
    for (std::int16_t& weight : conv.weight)
      weight = static_cast<std::int16_t>(static_cast<std::int32_t>(between(0, 14)) - 7);
    return conv;
  }

 private:
  void draw_axis(ConvConnectivity& conv, std::size_t axis) {
    conv.kernel[axis] = between(1, 5);
    conv.stride[axis] = between(1, 4);
    conv.dilation[axis] = between(1, 4);
    const std::uint32_t reach = (conv.kernel[axis] - 1) * conv.dilation[axis];
    const std::uint32_t extent = conv.source_shape[1 + axis];
    const std::uint32_t least = reach + 1 > extent ? (reach + 2 - extent) / 2 : 0;
    conv.padding[axis] = least + between(0, 2);
    conv.target_shape[1 + axis] =
        (extent + 2 * conv.padding[axis] - reach - 1) / conv.stride[axis] + 1;
  }

  RandomStream random_;
  std::uint32_t at_, draws_ = 0;
};

std::array<std::uint16_t, 2> narrow(const std::array<std::uint32_t, 2>& pair) {
  return {static_cast<std::uint16_t>(pair[0]), static_cast<std::uint16_t>(pair[1])};
}

/// A core that holds the target box behind `before` other neurons, and the kernels behind another.
CoreImage core_of(const ConvConnectivity& conv, const Box& source, const Box& target) {
  constexpr std::uint32_t kBefore = 5;
  CoreImage core;
  core.profile_of.resize(kBefore + target.volume());
  core.kernels = {99, 99};
  Convolution c;
  c.first_key = 0x700;
  c.source = source.extents(), c.source_at = source.corner();
  c.target = target.extents(), c.target_at = target.corner();
  c.first_target = kBefore;
  c.first_weight = 2;
  c.kernel = narrow(conv.kernel), c.stride = narrow(conv.stride);
  c.padding = narrow(conv.padding), c.dilation = narrow(conv.dilation);
  const std::uint32_t plane = conv.kernel[0] * conv.kernel[1];
  for (std::uint32_t in = 0; in < source.extent[0]; ++in)
    for (std::uint32_t out = 0; out < target.extent[0]; ++out)
      for (std::uint32_t tap = 0; tap < plane; ++tap)
        core.kernels.push_back(
            conv.weight[((out + target.at[0]) * conv.source_shape[0] + in + source.at[0]) * plane +
                        tap]);
  core.convolutions = {c};
  return core;
}

TEST_CASE("a convolution generates the synapses between its boxes, and no others") {
  std::uint64_t synapses = 0;
  for (std::uint32_t number = 0; number < 400; ++number) {
    CAPTURE(number);
    CaseDrawer draw(number);
    const ConvConnectivity conv = draw.convolution();
    const Box source = draw.box(conv.source_shape), target = draw.box(conv.target_shape);
    const CoreImage core = core_of(conv, source, target);
    const Convolution& c = core.convolutions[0];
    REQUIRE(!fault_of(c, core, CoreSpec{}));
    for (std::uint32_t n = 0; n < source.volume(); ++n) {
      std::map<std::uint32_t, std::int32_t> whole, generated, expected;
      for_each_synapse(conv, source.whole(n, conv.source_shape), [&](const Synapse& synapse) {
        whole[synapse.target] = synapse.weight;
      });
      for (std::uint32_t t = 0; t < target.volume(); ++t)
        if (const auto found = whole.find(target.whole(t, conv.target_shape)); found != whole.end())
          expected[c.first_target + t] = found->second;
      const PacketTaps taps = taps_of(c, c.first_key + n);
      std::uint64_t count = 0;
      for_each_tap(core, c, taps, [&](std::uint32_t local, std::int32_t weight) {
        ++count;
        if (weight != 0) CHECK(generated.emplace(local, weight).second);
      });
      CHECK(count == taps.count());
      CHECK(generated == expected);
      synapses += generated.size();
    }
    CHECK(taps_of(c, c.first_key - 1).count() == 0);
    CHECK(taps_of(c, c.first_key + source.volume()).count() == 0);
  }
  CHECK(synapses > 5000);
}

struct Corruption {
  void (*apply)(Convolution&);
  std::string fault;
};

TEST_CASE("a convolution that its core cannot hold is refused in a sentence") {
  const std::vector<Corruption> corruptions = {
      {[](Convolution&) {}, ""},
      {[](Convolution& c) { c.stride[1] = 0; },
       "has a box, kernel, stride or dilation of 0, allowed is 1 or more"},
      {[](Convolution& c) { c.first_key = 0xFFFFFFFEU; },
       "has 4 sources from key 0xfffffffe on, keys have 32 bits"},
      {[](Convolution& c) { c.first_target = 1; }, "goes to neurons 1 to 4, the core has 4"},
      {[](Convolution& c) { c.first_weight = 1; },
       "is weights 1 to 9 of kernels, the core stores 9"},
      {[](Convolution& c) { c.weight_exponent = 8; }, "has weight exponent 8, the largest is 7"},
      {[](Convolution& c) { c.delay = 0; }, "has delay 0, allowed are 1 to 15"},
      {[](Convolution& c) { c.delay = 16; }, "has delay 16, allowed are 1 to 15"},
  };
  for (const Corruption& corruption : corruptions) {
    CAPTURE(corruption.fault);
    CoreImage core;
    core.profile_of.resize(4);
    core.kernels.resize(9);
    Convolution c;
    c.source = {1, 2, 2}, c.target = {1, 2, 2}, c.kernel = {3, 3};
    corruption.apply(c);
    CHECK(fault_of(c, core, CoreSpec{}).value_or("") == corruption.fault);
  }
}

}  // namespace
}  // namespace spikeloom
