//! The operations of images.

/// Images of the library and on documents.
#[macro_export]
macro_rules! images_operations {
    ($then:path) => {
        $then! { library Library ImageOperations {
            /// A part of the list of images, the latest first, as far as the filter leaves any.
            PAGE Read load_images = images_page(
                filter: $crate::api::documents::ImageFilter as &,
                asked: $crate::api::listing::PageRequest as &)
                -> one $crate::api::listing::Page<$crate::library::ImageRow>;
            /// Sets the description of an image, which is the same wherever it is shown; an empty
            /// one removes it.
            PAGE EditDocument describe_image =
                describe_image(id: $crate::id::ImageId, alt: String as &)
                -> one $crate::library::ImageRow;
            /// Deletes an image from the library, unless a document, a template or an execution
            /// uses it.
            DELETE "/images/{id}" EditDocument delete_image =
                delete_image(id: $crate::id::ImageId) -> done;
            /// Attaches, orders or detaches images of a document. Gives those it then has, in order.
            PAGE EditDocument arrange = arrange(
                id: $crate::id::DocumentId, what: $crate::library::Arrangement)
                -> all $crate::library::AttachedImage;
            /// Sets the caption of an image on a document, as plain text; an empty one removes it.
            /// Gives the images of the document, in order.
            PAGE EditDocument caption_image = caption(
                id: $crate::id::DocumentId, image: $crate::id::ImageId, caption: String as &)
                -> all $crate::library::AttachedImage;
        } }
    };
}
