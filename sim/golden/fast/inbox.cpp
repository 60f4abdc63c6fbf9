#include "sim/golden/fast/inbox.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "models/base/error.hpp"
#include "sim/golden/fast/low_bits.hpp"

namespace spikeloom::fast {
namespace {

double magnitude(std::int16_t weight) { return std::abs(static_cast<double>(weight)); }

double largest_of(const std::vector<double>& sums) {
  return sums.empty() ? 0.0 : *std::max_element(sums.begin(), sums.end());
}

// Of equally long stretches of weights.
double largest_stretch(const std::vector<std::int16_t>& weights, std::size_t length) {
  double largest = 0;
  for (std::size_t first = 0; first < weights.size(); first += length) {
    double sum = 0;
    for (std::size_t i = first; i < first + length; ++i) sum += magnitude(weights[i]);
    largest = std::max(largest, sum);
  }
  return largest;
}

double largest_into(const DenseConnectivity& dense, std::uint32_t) {
  return largest_stretch(dense.weight, dense.sources);
}
double largest_into(const ConvConnectivity& conv, std::uint32_t) {
  return largest_stretch(conv.weight, conv.weight.size() / conv.target_shape[0]);
}
double largest_into(const SparseConnectivity& sparse, std::uint32_t targets) {
  std::vector<double> sums(targets);
  for (std::size_t i = 0; i < sparse.target.size(); ++i)
    sums[sparse.target[i]] += magnitude(sparse.weight[i]);
  return largest_of(sums);
}

double largest_into(const DrawnConnectivity& drawn, std::uint32_t targets) {
  std::vector<double> sums(targets);
  for (std::uint32_t source = 0; source < drawn.grid.neurons(); ++source)
    for_each_synapse(drawn, source, [&](const Synapse& synapse) {
      sums[synapse.target] += std::abs(static_cast<double>(synapse.weight));
    });
  return largest_of(sums);
}

std::uint32_t longest_delay(const DrawnConnectivity& drawn) { return drawn.delay_max; }
std::uint32_t longest_delay(const SparseConnectivity& sparse) {
  return sparse.delay.empty() ? 1U : *std::max_element(sparse.delay.begin(), sparse.delay.end());
}
std::uint32_t longest_delay(const auto& uniform) { return uniform.delay; }

std::uint32_t longest_delay(const Projection& projection) {
  return std::visit([](const auto& form) { return std::uint32_t{longest_delay(form)}; },
                    projection.connectivity);
}

std::int32_t exponent_of(const Projection& projection) {
  return static_cast<std::int32_t>(projection.weight_exponent);
}

template <typename Sum>
void reshape(AnyRings& rings, const RingShape& shape, std::uint32_t samples) {
  if (!std::holds_alternative<Rings<Sum>>(rings)) rings = Rings<Sum>{shape, {}};
  std::get<Rings<Sum>>(rings).sums.assign(samples * shape.size(), 0);
}

template <typename Sum>
constexpr double kMost = static_cast<double>(std::numeric_limits<Sum>::max());

void make_rings(Inbox& inbox, std::uint32_t samples, double bound) {
  if (bound <= kMost<std::int16_t>)
    reshape<std::int16_t>(inbox.rings, inbox.shape, samples);
  else if (bound <= kMost<std::int32_t>)
    reshape<std::int32_t>(inbox.rings, inbox.shape, samples);
  else
    reshape<std::int64_t>(inbox.rings, inbox.shape, samples);
}

template <typename Sum>
void take_narrow(Sum* __restrict slot, std::int32_t up, std::span<std::int32_t> sums) {
  std::int32_t* __restrict taken = sums.data();
  for (std::size_t i = 0; i < sums.size(); ++i) taken[i] = static_cast<std::int32_t>(slot[i]) << up;
  std::fill_n(slot, sums.size(), Sum{0});
}

std::uint64_t wrap(std::span<std::int32_t> sums, std::uint32_t bits) {
  std::uint32_t overflows = 0;
  for (std::int32_t& sum : sums) {
    const std::int32_t wrapped = low_bits(sum, bits);
    overflows += wrapped != sum;
    sum = wrapped;
  }
  return overflows;
}

}  // namespace

SumBound& SumBound::operator+=(const SumBound& other) {
  from_neurons += other.from_neurons;
  from_inputs += other.from_inputs;
  return *this;
}

double largest_sum(const Connectivity& connectivity, std::uint32_t targets) {
  return std::visit([&](const auto& form) { return largest_into(form, targets); }, connectivity);
}

std::int32_t weight_bits(const SparseConnectivity& sparse) {
  std::int32_t bits = 1;
  for (const std::int16_t weight : sparse.weight)
    bits = std::max(bits,
                    1 + static_cast<std::int32_t>(std::bit_width(
                            static_cast<std::uint32_t>(weight < 0 ? -(weight + 1) : weight))));
  return bits;
}

Inboxes::Inboxes(const LoweredNetwork& network, PopulationId population)
    : sum_bits_(network.arithmetic.sum_bits), neurons_(network.populations[population].size) {
  std::vector<const Projection*> sharing;
  for (const Projection& projection : network.projections) {
    if (projection.target != population) continue;
    projections_.push_back(&projection);
    if (exponent_of(projection) >= 0) sharing.push_back(&projection);
  }
  if (!sharing.empty()) inboxes_.push_back(inbox_for(network, sharing));
  for (const Projection* projection : projections_) {
    if (exponent_of(*projection) < 0) inboxes_.push_back(inbox_for(network, {projection}));
    inbox_of_.push_back(exponent_of(*projection) < 0 ? inboxes_.size() - 1 : 0);
  }
}

Inbox Inboxes::inbox_for(const LoweredNetwork& network,
                         const std::vector<const Projection*>& sharing) {
  std::uint32_t delay = 1;
  std::int32_t shift = exponent_of(*sharing.front());
  for (const Projection* projection : sharing) {
    delay = std::max(delay, longest_delay(*projection));
    shift = std::min(shift, exponent_of(*projection));
  }
  const RingShape shape(neurons_, delay);
  Inbox inbox{shape, shift, {}, Rings<std::int32_t>{shape, {}}};
  for (const Projection* projection : sharing) {
    const LoweredPopulation& source = network.populations[projection->source];
    const double bound = std::ldexp(
        largest_sum(projection->connectivity, neurons_) * most_spikes(source, network.arithmetic),
        exponent_of(*projection) - shift);
    inbox.bound += source.is_input ? SumBound{0, bound} : SumBound{bound, 0};
  }
  return inbox;
}

std::size_t Inboxes::inbox_of(const Projection& projection) const {
  const auto found = std::find(projections_.begin(), projections_.end(), &projection);
  SPIKELOOM_CHECK(found != projections_.end(), "a projection's spikes arrive at its target");
  return inbox_of_[static_cast<std::size_t>(found - projections_.begin())];
}

void Inboxes::prepare(std::uint32_t samples, std::uint32_t largest_count) {
  for (Inbox& inbox : inboxes_) make_rings(inbox, samples, inbox.bound.with(largest_count));
  reading_ = Reading::Silence;
  if (inboxes_.empty()) return;
  reading_ = Reading::Wide;
  const Inbox& inbox = inboxes_.front();
  if (inboxes_.size() > 1 || inbox.shift < 0) return;
  const double bound = std::ldexp(inbox.bound.with(largest_count), inbox.shift);
  if (bound <= std::ldexp(1.0, static_cast<int>(sum_bits_) - 1) - 1)
    reading_ = Reading::Narrow;
  else if (bound <= kMost<std::int32_t>)
    reading_ = Reading::NarrowWrapping;
}

std::uint64_t Inboxes::take(std::uint32_t sample,
                            std::uint32_t now,
                            std::uint32_t first,
                            std::span<std::int32_t> sums) {
  if (reading_ == Reading::Wide) return take_wide(sample, now, first, sums);
  if (reading_ == Reading::Silence) {
    std::fill(sums.begin(), sums.end(), 0);
    return 0;
  }
  Inbox& inbox = inboxes_.front();
  std::visit([&](auto& rings) { take_narrow(rings.slot(sample, now) + first, inbox.shift, sums); },
             inbox.rings);
  return reading_ == Reading::NarrowWrapping ? wrap(sums, sum_bits_) : 0;
}

std::uint64_t Inboxes::take_wide(std::uint32_t sample,
                                 std::uint32_t now,
                                 std::uint32_t first,
                                 std::span<std::int32_t> sums) {
  std::uint64_t overflows = 0;
  for (std::uint32_t i = 0; i < sums.size(); ++i) {
    std::int64_t exact = 0;
    for (Inbox& inbox : inboxes_) exact += take_shifted(inbox, sample, now, first + i, overflows);
    const std::int64_t wrapped = low_bits(exact, sum_bits_);
    overflows += wrapped != exact;
    sums[i] = static_cast<std::int32_t>(wrapped);
  }
  return overflows;
}

std::int64_t Inboxes::take_shifted(Inbox& inbox,
                                   std::uint32_t sample,
                                   std::uint32_t now,
                                   std::uint32_t position,
                                   std::uint64_t& overflows) const {
  const std::int64_t sum = std::visit(
      [&](auto& rings) {
        return std::int64_t{std::exchange(rings.slot(sample, now)[position], 0)};
      },
      inbox.rings);
  if (inbox.shift >= 0) return sum << inbox.shift;
  const std::int64_t wrapped = low_bits(sum, sum_bits_);
  overflows += wrapped != sum;
  return wrapped >> -inbox.shift;
}

void Inboxes::clear_slots(std::uint32_t samples, std::uint32_t now) {
  for (Inbox& inbox : inboxes_)
    std::visit(
        [&](auto& rings) {
          for (std::uint32_t sample = 0; sample < samples; ++sample)
            std::fill_n(rings.slot(sample, now), neurons_, 0);
        },
        inbox.rings);
}

}  // namespace spikeloom::fast
