#pragma once
// Writing HDF5 files by object path ("/node/nodes/conv1/weight"). Every error is an InputError that
// names file and HDF5 path. Not for use from several threads at once.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace spikeloom {

/// A file being written. It is built beside its place and appears there, complete, at finish();
/// without finish() nothing is left. The same calls give the same bytes. Missing groups on the way
/// to an object are created.
class Hdf5Writer {
 public:
  explicit Hdf5Writer(const std::string& path);
  ~Hdf5Writer();
  Hdf5Writer(Hdf5Writer&&) noexcept;
  Hdf5Writer& operator=(Hdf5Writer&&) noexcept;

  void group(const std::string& path);
  /// T as in Hdf5Reader::read, stored as such; an empty shape is a scalar. Larger arrays are
  /// compressed.
  template <typename T>
  void write(const std::string& path,
             const std::vector<std::size_t>& shape,
             std::span<const T> values);
  /// Adds one element along the first axis of a dataset that grows: `values` fill the other
  /// extents, `row`, which are the same in every call for a path. The first call creates it.
  template <typename T>
  void append(const std::string& path,
              const std::vector<std::size_t>& row,
              std::span<const T> values);
  template <typename T>
  void write_scalar(const std::string& path, T value);
  void write_string(const std::string& path, const std::string& text);
  void write_strings(const std::string& path,
                     const std::vector<std::size_t>& shape,
                     const std::vector<std::string>& texts);
  /// Rows of different lengths. T as above.
  template <typename T>
  void write_rows(const std::string& path, const std::vector<std::vector<T>>& rows);
  void write_attribute(const std::string& object, const std::string& name, double value);
  void write_attribute(const std::string& object, const std::string& name, std::int64_t value);
  void write_attribute(const std::string& object, const std::string& name, const std::string& text);

  /// Closes the file and moves it to its place.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace spikeloom
