#include "mapper/rows/shared_rows.hpp"

#include <algorithm>

#include "models/base/error.hpp"

namespace spikeloom {
namespace {

/// Overlap of first .. end - 1 with another range.
struct Range {
  std::uint32_t first, end;
  bool empty() const { return first >= end; }
};
Range overlap(Range a, Range b) { return {std::max(a.first, b.first), std::min(a.end, b.end)}; }
Range channels_of(const Slice& slice) { return {slice.at[0], slice.at[0] + slice.extent[0]}; }

std::vector<Slice> slices_of_core(const NetworkView& view, const CoreContents& core) {
  std::vector<Slice> slices;
  for (std::uint32_t begin = 0; begin < core.size();) {
    const PopulationId id = view.population_of(core[begin]);
    std::vector<std::uint32_t> neurons;
    while (begin + neurons.size() < core.size() &&
           view.population_of(core[begin + neurons.size()]) == id)
      neurons.push_back(core[begin + neurons.size()] - view.first(id));
    const auto boxes = slices_of(id, volume_shape(view.network().populations[id]), begin, neurons);
    slices.insert(slices.end(), boxes.begin(), boxes.end());
    begin += static_cast<std::uint32_t>(neurons.size());
  }
  return slices;
}

/// Some source of `from` reaches some target of `to` along `axis` (0: rows, 1: columns).
bool meet(const ConvConnectivity& conv, const Slice& from, const Slice& to, std::size_t axis) {
  const std::int64_t stride = conv.stride[axis], padding = conv.padding[axis];
  const std::int64_t reach = std::int64_t{conv.kernel[axis] - 1} * conv.dilation[axis];
  const std::int64_t first = std::int64_t{to.at[1 + axis]} * stride - padding;
  const std::int64_t last =
      (std::int64_t{to.at[1 + axis]} + to.extent[1 + axis] - 1) * stride - padding + reach;
  return first < std::int64_t{from.at[1 + axis]} + from.extent[1 + axis] &&
         last >= std::int64_t{from.at[1 + axis]};
}

std::array<std::uint16_t, 2> narrow(const std::array<std::uint32_t, 2>& pair) {
  return {static_cast<std::uint16_t>(pair[0]), static_cast<std::uint16_t>(pair[1])};
}

/// Rows and columns of a box of `channels` channels.
std::array<std::uint16_t, 3> box(std::uint32_t channels, const Slice& slice) {
  return {static_cast<std::uint16_t>(channels),
          static_cast<std::uint16_t>(slice.extent[1]),
          static_cast<std::uint16_t>(slice.extent[2])};
}
std::array<std::uint16_t, 2> corner(const Slice& slice) {
  return narrow({slice.at[1], slice.at[2]});
}

/// Local number of the first neuron of a channel of a slice.
std::uint32_t first_of(const Slice& slice, std::uint32_t channel) {
  return slice.first_local + (channel - slice.at[0]) * slice.extent[1] * slice.extent[2];
}

}  // namespace

SharedRows::SharedRows(const NetworkView& view, const Partition& partition, const KeyPlan& plan)
    : view_(view), blocks_(partition.cores.size()), kernel_words_(partition.cores.size()) {
  if (!view.has_shared()) return;
  for (const CoreContents& core : partition.cores) slices_.push_back(slices_of_core(view, core));
  for (std::uint32_t core = 0; core < partition.cores.size(); ++core) place_kernels(core);
  for (const InputPart& part : plan.inputs) {
    const Volume shape = volume_shape(view.network().populations[part.population]);
    slices_.push_back(slices_of(part.population, shape, 0, part.elements));
  }
}

const ConvConnectivity& SharedRows::convolution(std::uint32_t projection) const {
  return std::get<ConvConnectivity>(view_.network().projections[projection].connectivity);
}

void SharedRows::place_kernels(std::uint32_t core) {
  for (const Slice& to : slices_[core])
    for (const std::uint32_t p : view_.arriving(to.population)) {
      if (!view_.is_shared(p)) continue;
      const ConvConnectivity& conv = convolution(p);
      const std::uint32_t out = conv.target_shape[0] / conv.groups;
      const std::uint64_t of_a_target =
          std::uint64_t{conv.source_shape[0]} / conv.groups * conv.kernel[0] * conv.kernel[1];
      for (std::uint32_t g = to.at[0] / out; g * out < channels_of(to).end; ++g) {
        const Range targets = overlap(channels_of(to), {g * out, (g + 1) * out});
        const auto [block, is_new] = blocks_[core].try_emplace(
            {p, targets.first, targets.end}, static_cast<std::uint32_t>(kernel_words_[core]));
        if (is_new) kernel_words_[core] += of_a_target * (targets.end - targets.first);
      }
    }
}

SharedRows::Reach SharedRows::reach(PopulationId source, std::uint32_t core) const {
  for (const Slice& to : slices_[core])
    for (const std::uint32_t p : view_.arriving(to.population))
      if (view_.network().projections[p].source == source)
        return view_.is_shared(p) ? Reach::Generated : Reach::Stored;
  return Reach::None;
}

bool SharedRows::is_shared(const PacketGroup& group, std::uint32_t core) const {
  if (slices_.empty()) return false;
  bool generated = false;
  for (const Slice& from : slices_[group.source]) {
    if (from.end_local() <= group.first || from.first_local >= group.first + group.rows) continue;
    const Reach found = reach(from.population, core);
    if (found == Reach::Stored) return false;
    generated = generated || found == Reach::Generated;
  }
  return generated;
}

bool SharedRows::is_generated(std::uint32_t source, std::uint32_t n, std::uint32_t core) const {
  if (slices_.empty()) return false;
  for (const Slice& from : slices_[source])
    if (n >= from.first_local && n < from.end_local())
      return reach(from.population, core) == Reach::Generated;
  return false;
}

std::vector<Convolution> SharedRows::convolutions(std::uint32_t source, std::uint32_t core) const {
  std::vector<Convolution> convolutions;
  if (slices_.empty()) return convolutions;
  for (const Slice& from : slices_[source])
    for (const Slice& to : slices_[core])
      for (const std::uint32_t p : view_.arriving(to.population))
        if (view_.is_shared(p) && view_.network().projections[p].source == from.population)
          add_between(from, to, p, blocks_[core], convolutions);
  return convolutions;
}

void SharedRows::add_between(const Slice& from,
                             const Slice& to,
                             std::uint32_t projection,
                             const std::map<Block, std::uint32_t>& blocks,
                             std::vector<Convolution>& convolutions) const {
  const ConvConnectivity& conv = convolution(projection);
  if (!meet(conv, from, to, 0) || !meet(conv, from, to, 1)) return;
  const std::uint32_t in = conv.source_shape[0] / conv.groups;
  const std::uint32_t out = conv.target_shape[0] / conv.groups;
  for (std::uint32_t g = 0; g < conv.groups; ++g) {
    const Range sources = overlap(channels_of(from), {g * in, (g + 1) * in});
    const Range targets = overlap(channels_of(to), {g * out, (g + 1) * out});
    if (sources.empty() || targets.empty()) continue;
    const std::uint32_t of_a_source =
        (targets.end - targets.first) * conv.kernel[0] * conv.kernel[1];
    Convolution c;
    c.first_key = first_of(from, sources.first);
    c.source = box(sources.end - sources.first, from);
    c.source_at = corner(from);
    c.first_target = static_cast<std::uint16_t>(first_of(to, targets.first));
    c.target = box(targets.end - targets.first, to);
    c.target_at = corner(to);
    c.kernel = narrow(conv.kernel), c.stride = narrow(conv.stride);
    c.padding = narrow(conv.padding), c.dilation = narrow(conv.dilation);
    c.first_weight = blocks.at({projection, targets.first, targets.end}) +
                     (sources.first - g * in) * of_a_source;
    c.weight_exponent =
        static_cast<std::uint8_t>(view_.network().projections[projection].weight_exponent);
    c.delay = static_cast<std::uint8_t>(conv.delay);
    convolutions.push_back(c);
  }
}

std::vector<std::int16_t> SharedRows::kernels(std::uint32_t core) const {
  std::vector<std::int16_t> kernels(kernel_words_[core]);
  for (const auto& [block, first] : blocks_[core]) {
    const ConvConnectivity& conv = convolution(block.projection);
    const std::uint32_t in = conv.source_shape[0] / conv.groups;
    const std::uint32_t plane = conv.kernel[0] * conv.kernel[1];
    auto to = kernels.begin() + first;
    for (std::uint32_t source = 0; source < in; ++source)
      for (std::uint32_t target = block.first; target < block.end; ++target) {
        const auto from = conv.weight.begin() +
                          static_cast<std::ptrdiff_t>(std::size_t{target} * in + source) * plane;
        to = std::copy_n(from, plane, to);
      }
  }
  return kernels;
}

}  // namespace spikeloom
