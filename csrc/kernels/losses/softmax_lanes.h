/* SPDX-License-Identifier: Apache-2.0
 * softmax of rows of few classes, as in lanes.h: formulas and source as in softmax.h, of which this is a
 * part. */

TFL_INLINE V NAME(softmax_lane_term)(const NAME(lane_group) *group, int64_t i, tfl_path path) {
    (void)path;
    NAME(ask_for_labels)(group, i);
    V shifted = NAME(lane_shifted)(group, i);
    return v_mul(group->rows->space.columns[i], v_sub(group->rows->log_sum[group->j], shifted));
}

/* The losses of group j, whose rows start at b. */
TFL_INLINE void NAME(softmax_lane_losses)(const tfl_call *call, int64_t b, int64_t j,
                                          NAME(lane_rows) *rows) {
    NAME(lane_group) group = {rows, j};
    V losses = NAME(lane_sum)(NAME(softmax_lane_term), &group);
    if (NAME(keeps_minus_zero)(call))
        losses = NAME(loss_of_one_class)(rows->space.columns[0], NAME(lane_shifted)(&group, 0),
                                         rows->log_sum[j]);
    NAME(store)(call, call->out, b, LANES, losses);
}

TFL_INLINE void NAME(softmax_load_labels)(const tfl_call *call, int64_t b, NAME(lane_rows) *rows) {
    const void *labels = NAME(labels_at)(call, call->labels, b * call->classes);
    NAME(load_columns)(LABELS_DTYPE(call), labels, call->classes, rows->space.room,
                       rows->space.columns);
}

TFL_INLINE void NAME(softmax_lane_sums)(const tfl_call *call, int64_t b, int64_t groups,
                                        NAME(lane_rows) *rows, int keep) {
    NAME(lane_sum_exp)(call, b, groups, rows, keep);
    int64_t size = groups * LANES * call->classes, more = b + 2 * groups * LANES <= call->rows;
    rows->labels_ahead = NAME(labels_at)(call, call->labels, b * call->classes + (more ? size : 0));
    for (int64_t j = 0; j < groups; j++)
        rows->log_sum[j] = v_packet_log(call, rows->sum[j]);
}

TFL_APART tfl_status NAME(softmax_lanes)(const tfl_call *call, int64_t b, int64_t groups,
                                         const NAME(lane_space) *space) {
    NAME(lane_rows) rows;
    rows.space = *space;
    NAME(softmax_lane_sums)(call, b, groups, &rows, 0);
    for (int64_t j = 0; j < groups; j++) {
        NAME(softmax_load_labels)(call, b + j * LANES, &rows);
        NAME(softmax_lane_losses)(call, b + j * LANES, j, &rows);
    }
    return TFL_OK;
}

/* Row `lane` of LANES rows from b on: the end of a tile is computed by the C library. */
static void NAME(softmax_tile_end)(const tfl_call *call, int64_t b, int64_t lane, V max, V sum) {
    int64_t classes = call->classes, at = (b + lane) * classes;
    NAME(segment) segment = NAME(tile_segment)(call, b + lane, 0);
    S maxima[LANES], sums[LANES];
    v_lane_store(maxima, max);
    v_lane_store(sums, sum);
    NAME(row) row = {.call = call,
                     .x = (const MEM *)call->logits + at,
                     .z = NAME(labels_at)(call, call->labels, at),
                     .logits_gradient = (MEM *)call->logits_gradient + at,
                     .max = v_set1(maxima[lane]),
                     .sum = v_set1(sums[lane]),
                     .upstream = NAME(repeat_upstream)(call, b + lane)};
    segment.start = segment.packets_end;
    NAME(for_each_row_block)(NAME(softmax_logits_block), &row, segment);
}

/* The logits' gradient of group j, whose rows start at b, from the exponentials that were kept;
 * overwrites the labels. */
TFL_INLINE void NAME(softmax_lane_backprop)(const tfl_call *call, int64_t b, int64_t j,
                                            NAME(lane_rows) *rows) {
    int64_t classes = rows->classes;
    V upstream = NAME(load_upstream)(call, b, LANES), *z = rows->space.columns;
    NAME(lane_group) group = {rows, j};
    MEM *gradient = (MEM *)call->logits_gradient + b * classes;
    for (int64_t i = 0; i < classes; i++) {
        NAME(ask_for_gradient)(call, gradient, b, i);
        z[i] = v_mul(upstream, v_sub(NAME(lane_probability)(&group, i), z[i]));
    }
    NAME(store_columns)(LOGITS_DTYPE(call), gradient, classes, rows->space.room, z);
}

/* The same, with exp as TensorFlow computes it for this gradient. */
TFL_INLINE void NAME(softmax_lane_logits)(const tfl_call *call, int64_t b, int64_t j,
                                          NAME(lane_rows) *rows) {
#ifdef TFL_OLDER
    if (NAME(without_packets)(call)) {
        NAME(lane_group) group = {rows, j};
        NAME(lane_libm_exps)(&group, 0, rows->space.exps + j * rows->classes);
    }
#endif
    NAME(softmax_lane_backprop)(call, b, j, rows);
    if (NAME(without_packets)(call))
        return;
    int64_t tile_rows = NAME(tile_rows)(call);
    /* Less than a packet is left over at the end of a tile: some of its last PACKET rows. */
    int64_t before_end = tile_rows - b % tile_rows, before_last = call->rows - b;
    int64_t left = before_end < before_last ? before_end : before_last;
    int ends = left < LANES + PACKET;
    for (int64_t lane = 0; ends && lane < LANES; lane++)
        NAME(softmax_tile_end)(call, b, lane, rows->max[j], rows->sum[j]);
}

/* The labels' gradient, in the same place. */
TFL_INLINE void NAME(softmax_lane_labels)(const tfl_call *call, int64_t b, int64_t j,
                                          NAME(lane_rows) *rows) {
    int64_t classes = rows->classes, start = b * classes;
    V upstream = NAME(load_upstream)(call, b, LANES), *gradient = rows->space.columns;
    NAME(lane_group) group = {rows, j};
    for (int64_t i = 0; i < classes; i++) {
        V log_probability = v_sub(NAME(lane_shifted)(&group, i), rows->log_sum[j]);
        gradient[i] = v_mul(upstream, v_negate(call, log_probability, TFL_PACKET_PATH));
    }
    NAME(store_columns)(LABELS_DTYPE(call), NAME(labels_at)(call, call->labels_gradient, start),
                        classes, rows->space.room, gradient);
}

/* The gradients, and the losses if wanted, of the rows from b on. */
TFL_APART tfl_status NAME(softmax_lane_gradients)(const tfl_call *call, int64_t b, int64_t groups,
                                                  const NAME(lane_space) *space) {
    NAME(lane_rows) rows;
    rows.space = *space;
    int keep = call->logits_gradient && !NAME(without_packets)(call);
    NAME(softmax_lane_sums)(call, b, groups, &rows, keep);
    for (int64_t j = 0; j < groups; j++) {
        int64_t first = b + j * LANES;
        NAME(softmax_load_labels)(call, first, &rows);
        if (call->out)
            NAME(softmax_lane_losses)(call, first, j, &rows);
        if (call->logits_gradient)
            NAME(softmax_lane_logits)(call, first, j, &rows);
        if (call->labels_gradient)
            NAME(softmax_lane_labels)(call, first, j, &rows);
    }
    return TFL_OK;
}
