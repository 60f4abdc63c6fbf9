#include "sim/golden/float/delay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace spikeloom::golden {
namespace {

constexpr double kLongestDelay = 65536.0;          // steps
constexpr std::size_t kMostValues = 100'000'000U;  // kept by one node: 0.8 GB

std::size_t steps_of(double seconds, const ProcessSite& site) {
  // A thousandth of a step forgives delays stored in single precision.
  constexpr double kTolerance = 1e-3;
  const double steps = seconds / site.dt.value();
  if (!(steps >= -kTolerance) || steps > kLongestDelay)
    site.fail(fmt::format("delay {} s is {} steps; allowed is 0 to {}",
                          seconds,
                          steps,
                          static_cast<std::size_t>(kLongestDelay)));
  if (std::abs(steps - std::round(steps)) > kTolerance)
    site.fail(
        fmt::format("delay {} s is not a whole number of steps of {} s", seconds, site.dt.value()));
  return static_cast<std::size_t>(std::max(0.0, std::round(steps)));
}

std::vector<std::size_t> all_steps_of(const Tensor& delay, const ProcessSite& site) {
  std::vector<std::size_t> steps;
  for (const double seconds : delay.data) steps.push_back(steps_of(seconds, site));
  return steps;
}

template <typename Real>
class ElementDelay final : public Process<Real> {
 public:
  ElementDelay(std::vector<std::size_t> steps, std::size_t longest)
      : steps_(std::move(steps)), slots_(longest + 1), kept_(slots_ * steps_.size()) {}

  void step(const std::vector<Real>& input, std::vector<Real>& output) override {
    const std::size_t count = steps_.size();
    keep(input, now_);
    for (std::size_t i = 0; i < count; ++i)
      output[i] = kept_[(now_ + slots_ - steps_[i]) % slots_ * count + i];
    now_ = (now_ + 1) % slots_;
  }

  void rest(const std::vector<Real>& input, std::vector<Real>& output) override {
    for (std::size_t slot = 0; slot < slots_; ++slot) keep(input, slot);
    output = input;
  }

 private:
  void keep(const std::vector<Real>& values, std::size_t slot) {
    std::copy(values.begin(),
              values.end(),
              kept_.begin() + static_cast<std::ptrdiff_t>(slot * steps_.size()));
  }

  std::vector<std::size_t> steps_;
  std::size_t slots_;
  std::vector<Real> kept_;  // [slot * elements + element]
  std::size_t now_ = 0;
};

}  // namespace

template <typename Real>
std::unique_ptr<Process<Real>> make_process(const node::Delay& delay, const ProcessSite& site) {
  std::vector<std::size_t> steps = all_steps_of(delay.delay, site);
  const std::size_t longest = steps.empty() ? 0 : *std::max_element(steps.begin(), steps.end());
  if ((longest + 1) > kMostValues / std::max<std::size_t>(1, steps.size()))
    site.fail(fmt::format("{} elements delayed by up to {} steps are more than {} values to keep",
                          steps.size(),
                          longest,
                          kMostValues));
  return std::make_unique<ElementDelay<Real>>(std::move(steps), longest);
}

template std::unique_ptr<Process<float>> make_process(const node::Delay&, const ProcessSite&);
template std::unique_ptr<Process<double>> make_process(const node::Delay&, const ProcessSite&);

}  // namespace spikeloom::golden
