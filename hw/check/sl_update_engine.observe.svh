  sl_observe_updates #(
    .UBits    (UBits),
    .VBits    (VBits),
    .CountBits(CountBits),
    .IndexBits(IndexBits)
  ) u_observe (
    .clk_i,
    .rst_ni,
    .clear_i,
    .steps_i   (writes_state && !clears_o),
    .key_base_i,
    .neuron_i  (leaving_q),
    .step_i,
    .u_i       (u_next),
    .v_i       (v_next),
    .count_i   (count)
  );
